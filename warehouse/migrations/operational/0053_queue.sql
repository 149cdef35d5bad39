-- The embedded job queue (pipelines/queue): one row a job. A worker holds a job by a lease it renews; a lease not renewed in
-- time means that the worker died, and the job is another's. Jobs that failed for good stay, with their last error.
CREATE TABLE job (
  seq            bigint GENERATED ALWAYS AS IDENTITY,
  queue          text NOT NULL,
  job_id         text NOT NULL,
  name           text NOT NULL,
  data           jsonb NOT NULL,
  state          text NOT NULL CHECK (state IN ('waiting', 'active', 'done', 'cancelled', 'dead')),
  -- 0 first
  priority       integer NOT NULL DEFAULT 0,
  -- Jobs of one group share its limit.
  group_key      text NOT NULL DEFAULT '',
  run_at         timestamptz NOT NULL,
  -- Failures so far and allowed; the pause after a failure.
  failures       integer NOT NULL DEFAULT 0,
  attempts       integer NOT NULL CHECK (attempts > 0),
  backoff_first_ms   integer NOT NULL,
  backoff_longest_ms integer NOT NULL,
  -- Times a worker died over it.
  stalls         integer NOT NULL DEFAULT 0,
  worker         text,
  lease_until    timestamptz,
  is_cancel_asked boolean NOT NULL DEFAULT false,
  last_error     text,
  created_at     timestamptz NOT NULL DEFAULT now(),
  finished_at    timestamptz,
  PRIMARY KEY (queue, job_id)
);
CREATE INDEX job_next ON job (queue, priority, seq) WHERE state = 'waiting';
CREATE INDEX job_active ON job (queue, group_key) WHERE state = 'active';
CREATE INDEX job_finished ON job (queue, finished_at) WHERE state IN ('done', 'cancelled', 'dead');
