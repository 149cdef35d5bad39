-- Under which version of its contract a delivery was read.
ALTER TABLE delivery ADD COLUMN contract_version integer CHECK (contract_version > 0);

-- What sources changed without a word: one row a change, however many deliveries show it. The owner is told, and a change of the
-- contract proposed; somebody accepts or rejects it.
CREATE TABLE drift_report (
  drift_id         uuid PRIMARY KEY,
  dataset          text NOT NULL,
  entity           text NOT NULL CHECK (entity IN ('table', 'column', 'type')),
  column_name      text NOT NULL,
  change           text NOT NULL,
  -- One sentence for the owner; no value of the data.
  detail           text NOT NULL,
  -- Of the rows, or of the column's values, that show it.
  share            double precision NOT NULL CHECK (share BETWEEN 0 AND 1),
  -- What landing did with it, by the contract's policy.
  policy           text NOT NULL,
  contract_version integer NOT NULL,
  -- JSON patch of the contract, and the same in words to commit.
  proposal         jsonb NOT NULL,
  delivery_id      text,
  deliveries       integer NOT NULL DEFAULT 1,
  first_seen       timestamptz NOT NULL,
  last_seen        timestamptz NOT NULL,
  state            text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'rejected')),
  decided_by       text,
  decided_at       timestamptz,
  reason           text,
  UNIQUE (dataset, entity, column_name, change)
);
CREATE INDEX drift_report_by_state ON drift_report (state, last_seen DESC);
