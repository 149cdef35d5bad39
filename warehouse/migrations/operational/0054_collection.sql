-- Collection tasks (catalog A.2): what is fetched from whom, how often, within which hours; and every run of them.
CREATE TABLE collection_task (
  task_id       text PRIMARY KEY,
  name          text NOT NULL,
  connector     text NOT NULL,
  datasets      jsonb NOT NULL,
  settings      jsonb NOT NULL,
  -- {"cron": "0 2 * * *"} or {"every": 30, "unit": "minutes"}; null: only when told to
  frequency     jsonb,
  windows       jsonb NOT NULL,
  retry         jsonb NOT NULL,
  -- Tasks of one group share a number of runs at the same time.
  group_key     text NOT NULL,
  concurrency   integer NOT NULL DEFAULT 1 CHECK (concurrency > 0),
  state         text NOT NULL CHECK (state IN ('enabled', 'disabled', 'deleted')),
  version       integer NOT NULL CHECK (version > 0),
  -- When the schedule wants it next; it waits there for its window, and what was missed meanwhile is one run.
  next_due_at   timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now(),
  created_by    text NOT NULL,
  changed_at    timestamptz NOT NULL DEFAULT now(),
  changed_by    text NOT NULL
);

CREATE TABLE collection_run (
  run_id        text PRIMARY KEY,
  task_id       text NOT NULL REFERENCES collection_task,
  kind          text NOT NULL CHECK (kind IN ('schedule', 'manual')),
  state         text NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'stopped')),
  asked_by      text NOT NULL,
  queued_at     timestamptz NOT NULL DEFAULT now(),
  started_at    timestamptz,
  finished_at   timestamptz,
  attempt       integer NOT NULL DEFAULT 0,
  error         text
);
-- A task has one run under way at most.
CREATE UNIQUE INDEX collection_run_open ON collection_run (task_id) WHERE state IN ('queued', 'running');
CREATE INDEX collection_run_by_task ON collection_run (task_id, queued_at);
CREATE INDEX collection_run_by_time ON collection_run (queued_at);

-- What a run asked for and got; the rows of each delivery are in `batch`. Without a delivery: asked, and nothing came to land.
CREATE TABLE collection_return (
  run_id        text NOT NULL REFERENCES collection_run,
  delivery_id   text UNIQUE,
  dataset       text NOT NULL,
  requested     integer NOT NULL,
  returned      integer NOT NULL,
  returned_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX collection_return_by_run ON collection_return (run_id);
CREATE INDEX collection_return_by_time ON collection_return (returned_at);

-- Passwords and keys of tasks, sealed with AES-256-GCM under keys/secrets.key; no interface gives them back.
CREATE TABLE secret (
  owner         text NOT NULL,
  name          text NOT NULL,
  sealed        bytea NOT NULL,
  changed_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (owner, name)
);

-- Per-applicant lookups (catalog A.1): who was asked about where and when. At once the record of the case, the cache that
-- keeps the same question from being asked twice, and the place to go on from.
CREATE TABLE lookup_answer (
  person_id      text NOT NULL,
  dataset        text NOT NULL,
  application_no text NOT NULL,
  task_id        text NOT NULL,
  state          text NOT NULL CHECK (state IN ('found', 'none', 'failed')),
  records        integer NOT NULL,
  asked_at       timestamptz NOT NULL,
  PRIMARY KEY (person_id, dataset)
);
CREATE INDEX lookup_answer_by_application ON lookup_answer (application_no);

-- Days on which the working week differs from Monday to Friday, as the State Council's office (国务院办公厅) publishes them each autumn.
CREATE TABLE holiday_calendar (
  date          date PRIMARY KEY,
  kind          text NOT NULL CHECK (kind IN ('holiday', 'make_up_workday')),
  name          text NOT NULL
);
INSERT INTO holiday_calendar (date, kind, name) VALUES
  ('2024-01-01','holiday','元旦'), ('2024-02-04','make_up_workday','春节'), ('2024-02-10','holiday','春节'),
  ('2024-02-11','holiday','春节'), ('2024-02-12','holiday','春节'), ('2024-02-13','holiday','春节'),
  ('2024-02-14','holiday','春节'), ('2024-02-15','holiday','春节'), ('2024-02-16','holiday','春节'),
  ('2024-02-17','holiday','春节'), ('2024-02-18','make_up_workday','春节'), ('2024-04-04','holiday','清明节'),
  ('2024-04-05','holiday','清明节'), ('2024-04-06','holiday','清明节'), ('2024-04-07','make_up_workday','清明节'),
  ('2024-04-28','make_up_workday','劳动节'), ('2024-05-01','holiday','劳动节'), ('2024-05-02','holiday','劳动节'),
  ('2024-05-03','holiday','劳动节'), ('2024-05-04','holiday','劳动节'), ('2024-05-05','holiday','劳动节'),
  ('2024-05-11','make_up_workday','劳动节'), ('2024-06-08','holiday','端午节'), ('2024-06-09','holiday','端午节'),
  ('2024-06-10','holiday','端午节'), ('2024-09-14','make_up_workday','中秋节'), ('2024-09-15','holiday','中秋节'),
  ('2024-09-16','holiday','中秋节'), ('2024-09-17','holiday','中秋节'), ('2024-09-29','make_up_workday','国庆节'),
  ('2024-10-01','holiday','国庆节'), ('2024-10-02','holiday','国庆节'), ('2024-10-03','holiday','国庆节'),
  ('2024-10-04','holiday','国庆节'), ('2024-10-05','holiday','国庆节'), ('2024-10-06','holiday','国庆节'),
  ('2024-10-07','holiday','国庆节'), ('2024-10-12','make_up_workday','国庆节'), ('2025-01-01','holiday','元旦'),
  ('2025-01-26','make_up_workday','春节'), ('2025-01-28','holiday','春节'), ('2025-01-29','holiday','春节'),
  ('2025-01-30','holiday','春节'), ('2025-01-31','holiday','春节'), ('2025-02-01','holiday','春节'),
  ('2025-02-02','holiday','春节'), ('2025-02-03','holiday','春节'), ('2025-02-04','holiday','春节'),
  ('2025-02-08','make_up_workday','春节'), ('2025-04-04','holiday','清明节'), ('2025-04-05','holiday','清明节'),
  ('2025-04-06','holiday','清明节'), ('2025-04-27','make_up_workday','劳动节'), ('2025-05-01','holiday','劳动节'),
  ('2025-05-02','holiday','劳动节'), ('2025-05-03','holiday','劳动节'), ('2025-05-04','holiday','劳动节'),
  ('2025-05-05','holiday','劳动节'), ('2025-05-31','holiday','端午节'), ('2025-06-01','holiday','端午节'),
  ('2025-06-02','holiday','端午节'), ('2025-09-28','make_up_workday','国庆节、中秋节'), ('2025-10-01','holiday','国庆节、中秋节'),
  ('2025-10-02','holiday','国庆节、中秋节'), ('2025-10-03','holiday','国庆节、中秋节'), ('2025-10-04','holiday','国庆节、中秋节'),
  ('2025-10-05','holiday','国庆节、中秋节'), ('2025-10-06','holiday','国庆节、中秋节'), ('2025-10-07','holiday','国庆节、中秋节'),
  ('2025-10-08','holiday','国庆节、中秋节'), ('2025-10-11','make_up_workday','国庆节、中秋节'), ('2026-01-01','holiday','元旦'),
  ('2026-01-02','holiday','元旦'), ('2026-01-03','holiday','元旦'), ('2026-01-04','make_up_workday','元旦'),
  ('2026-02-14','make_up_workday','春节'), ('2026-02-15','holiday','春节'), ('2026-02-16','holiday','春节'),
  ('2026-02-17','holiday','春节'), ('2026-02-18','holiday','春节'), ('2026-02-19','holiday','春节'),
  ('2026-02-20','holiday','春节'), ('2026-02-21','holiday','春节'), ('2026-02-22','holiday','春节'),
  ('2026-02-23','holiday','春节'), ('2026-02-28','make_up_workday','春节'), ('2026-04-04','holiday','清明节'),
  ('2026-04-05','holiday','清明节'), ('2026-04-06','holiday','清明节'), ('2026-05-01','holiday','劳动节'),
  ('2026-05-02','holiday','劳动节'), ('2026-05-03','holiday','劳动节'), ('2026-05-04','holiday','劳动节'),
  ('2026-05-05','holiday','劳动节'), ('2026-05-09','make_up_workday','劳动节'), ('2026-06-19','holiday','端午节'),
  ('2026-06-20','holiday','端午节'), ('2026-06-21','holiday','端午节'), ('2026-09-20','make_up_workday','国庆节'),
  ('2026-09-25','holiday','中秋节'), ('2026-09-26','holiday','中秋节'), ('2026-09-27','holiday','中秋节'),
  ('2026-10-01','holiday','国庆节'), ('2026-10-02','holiday','国庆节'), ('2026-10-03','holiday','国庆节'),
  ('2026-10-04','holiday','国庆节'), ('2026-10-05','holiday','国庆节'), ('2026-10-06','holiday','国庆节'),
  ('2026-10-07','holiday','国庆节'), ('2026-10-10','make_up_workday','国庆节');
