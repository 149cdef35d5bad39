-- Runs of the pipeline and the state of published models (docs/architecture.md §5).
CREATE TABLE run (
  run_id      text PRIMARY KEY,
  kind        text NOT NULL,
  as_of       date,
  state       text NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'interrupted')),
  started_at  timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  summary     jsonb,
  error       jsonb
);
CREATE INDEX run_by_start ON run (started_at);

CREATE TABLE run_step (
  run_id      text NOT NULL REFERENCES run,
  step        text NOT NULL,
  state       text NOT NULL CHECK (state IN ('running', 'built', 'skipped', 'failed', 'blocked')),
  rows        bigint,
  started_at  timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  error       jsonb,
  PRIMARY KEY (run_id, step)
);

CREATE TABLE model_state (
  model        text PRIMARY KEY,
  fingerprint  text NOT NULL,
  rows         bigint NOT NULL CHECK (rows >= 0),
  content_hash text NOT NULL,
  built_at     timestamptz NOT NULL DEFAULT now(),
  run_id       text NOT NULL
);

CREATE TABLE quality_result (
  run_id     text NOT NULL REFERENCES run,
  test       text NOT NULL,
  model      text NOT NULL,
  severity   text NOT NULL CHECK (severity IN ('warn', 'error')),
  state      text NOT NULL CHECK (state IN ('passed', 'warned', 'failed')),
  failures   bigint NOT NULL CHECK (failures >= 0),
  checked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run_id, test)
);
CREATE INDEX quality_result_by_model ON quality_result (model, checked_at);
