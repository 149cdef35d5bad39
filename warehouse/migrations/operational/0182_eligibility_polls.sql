-- Polling of present beneficiaries (data.md C.2, T-1 to T-4): when, about what, which households; and what each poll found.
CREATE TABLE eligibility_poll_plan (
  plan_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  zh          text NOT NULL CHECK (zh <> ''),
  -- Days of business between two polls.
  every_days  integer NOT NULL CHECK (every_days BETWEEN 1 AND 366),
  -- Hours of the day (Asia/Shanghai) in which it may run, the last not included: 作业时间段.
  from_hour   integer NOT NULL DEFAULT 0 CHECK (from_hour BETWEEN 0 AND 23),
  until_hour  integer NOT NULL DEFAULT 24 CHECK (until_hour BETWEEN 1 AND 24),
  analyses    jsonb NOT NULL,
  -- district, street, programme: codes; none: the whole city.
  scope       jsonb NOT NULL,
  is_active   boolean NOT NULL DEFAULT true,
  author      text NOT NULL CHECK (author <> ''),
  reason      text NOT NULL CHECK (reason <> ''),
  changed_at  timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE eligibility_poll (
  poll_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  plan_id     bigint REFERENCES eligibility_poll_plan,
  day         date NOT NULL,
  known_at    timestamptz(3) NOT NULL,
  analyses    jsonb NOT NULL,
  scope       jsonb NOT NULL,
  silent      jsonb NOT NULL,
  rules       jsonb NOT NULL,
  state       text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed')),
  households  integer NOT NULL DEFAULT 0,
  passed      integer NOT NULL DEFAULT 0,
  doubted     integer NOT NULL DEFAULT 0,
  refused     integer NOT NULL DEFAULT 0,
  -- From eligible to not, and back.
  lost        integer NOT NULL DEFAULT 0,
  regained    integer NOT NULL DEFAULT 0,
  asked_by    text NOT NULL,
  started_at  timestamptz(3) NOT NULL DEFAULT now(),
  finished_at timestamptz(3)
);
CREATE INDEX eligibility_poll_of_plan ON eligibility_poll (plan_id, day);
