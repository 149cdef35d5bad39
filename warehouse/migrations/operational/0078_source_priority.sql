-- Which source is believed first, by attribute of a person (002:121). A version holds all that differs from the shipped order.
CREATE TABLE source_priority (
  version     integer PRIMARY KEY CHECK (version > 0),
  -- [{source, attribute, priority, reason}]
  entries     jsonb NOT NULL,
  author      text NOT NULL CHECK (author <> ''),
  reason      text NOT NULL CHECK (reason <> ''),
  created_at  timestamptz(3) NOT NULL DEFAULT now(),
  state       text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'tried', 'active', 'retired')),
  trial       jsonb
);
CREATE UNIQUE INDEX source_priority_active ON source_priority (state) WHERE state = 'active';
