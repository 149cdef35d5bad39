-- Tags people gave objects (数据标签, 002:647): nothing is deleted, one taken back keeps who gave it and why.
CREATE TABLE tag_given (
  given_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tag          text NOT NULL,
  object_key   text NOT NULL CHECK (object_key <> ''),
  given_on     date NOT NULL,
  -- The last day it is valid; NULL until somebody takes it back.
  until_on     date,
  reason       text NOT NULL CHECK (reason <> ''),
  given_by     text NOT NULL,
  given_at     timestamptz(3) NOT NULL DEFAULT now(),
  taken_at     timestamptz(3),
  taken_by     text,
  taken_reason text,
  CHECK ((taken_at IS NULL) = (taken_by IS NULL))
);
CREATE UNIQUE INDEX tag_given_standing ON tag_given (tag, object_key) WHERE taken_at IS NULL;
CREATE INDEX tag_given_of ON tag_given (object_key);

-- How often a tag was asked for, so that what nobody uses is seen (002:655: 60 used of 90).
CREATE TABLE tag_use (
  tag          text PRIMARY KEY,
  uses         bigint NOT NULL,
  last_used_at timestamptz(3) NOT NULL
);
