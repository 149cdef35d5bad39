-- Arrival certificates (到达凭证): what is signed of a batch is counted before its rows are published and kept here, so that the
-- certificate is a function of the ledger alone and the same whenever it is issued.
ALTER TABLE batch ADD COLUMN findings jsonb;

-- One certificate each time a delivery is dealt with, refused ones too (again when it is landed again after a withdrawal);
-- numbered from 1 in each data set, each naming the hash of the one before.
CREATE TABLE certificate (
  dataset     text NOT NULL,
  sequence    bigint NOT NULL CHECK (sequence > 0),
  delivery_id text NOT NULL REFERENCES delivery,
  hash        text NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
  previous    text CHECK (previous ~ '^[0-9a-f]{64}$'),
  object_key  text NOT NULL,
  PRIMARY KEY (dataset, sequence),
  CHECK ((sequence = 1) = (previous IS NULL))
);

CREATE INDEX certificate_by_delivery ON certificate (delivery_id);

-- A crash between commit and certificate leaves one of these; looked for before anything new is landed.
ALTER TABLE delivery ADD COLUMN is_certified boolean NOT NULL DEFAULT false;
CREATE INDEX delivery_uncertified ON delivery (received_at) WHERE NOT is_certified AND state IN ('loaded', 'repeat', 'refused');
