-- Targets and thresholds of metrics as staff set them at run time (CJJ/T 258, 000:530): the newest row of a metric holds, no row is changed or deleted.
CREATE TABLE metric_goal (
  goal_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  metric     text NOT NULL CHECK (metric <> ''),
  -- The goal shipped with the definition holds again.
  is_shipped boolean NOT NULL,
  -- In the metric's unit, a ratio as a fraction.
  target     double precision,
  warn       double precision,
  alarm      double precision CHECK ((warn IS NULL) = (alarm IS NULL)),
  reason     text NOT NULL CHECK (reason <> ''),
  set_by     text NOT NULL,
  set_at     timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX metric_goal_newest ON metric_goal (metric, goal_id DESC);
