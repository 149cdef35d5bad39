-- Black lists (002:2111, 002:2121, 002:2227): who was put on, because of which decided cases, and how it came off: one asks, another agrees.
CREATE TABLE credit_blacklist (
  entry_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  party_kind     text NOT NULL CHECK (party_kind IN ('tenant', 'enterprise')),
  party_id       text NOT NULL CHECK (party_id <> ''),
  -- Cases of alert, closed or reviewed as right when it was listed.
  cases          jsonb NOT NULL,
  reason         text NOT NULL CHECK (reason <> ''),
  listed_by      text NOT NULL,
  listed_at      timestamptz(3) NOT NULL DEFAULT now(),
  removal_reason text,
  removal_by     text,
  removal_at     timestamptz(3),
  removed_by     text CHECK (removed_by <> removal_by),
  removed_at     timestamptz(3)
);
CREATE UNIQUE INDEX credit_blacklist_standing ON credit_blacklist (party_kind, party_id) WHERE removed_at IS NULL;
