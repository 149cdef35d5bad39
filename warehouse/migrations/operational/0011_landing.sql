-- What landing remembers of a delivery besides its content (docs/architecture.md §4).
-- A file refused at its first bytes is not read to its end, so it has no hash.
ALTER TABLE delivery ALTER COLUMN sha256 DROP NOT NULL;
ALTER TABLE delivery ADD CONSTRAINT delivery_hash_unless_refused CHECK (sha256 IS NOT NULL OR state = 'refused');
ALTER TABLE delivery ADD COLUMN notes jsonb NOT NULL DEFAULT '[]';
ALTER TABLE delivery ADD COLUMN origin text;
ALTER TABLE delivery ADD COLUMN object_key text;
-- Deliveries a crash left unfinished are looked for at every start.
CREATE INDEX delivery_unfinished ON delivery (received_at) WHERE state = 'received';
-- How far each connector has read its source.
CREATE TABLE connector_position (
  connector  text PRIMARY KEY,
  position   bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
