-- What people do with findings of rules of alert (catalog C0, 002:51, 002:1935; 新发 → 已签收 → 处置中 → 已办结 → 已复核, 误报, 挂起). A case is one rule
-- and one object for good; it holds no name and no number of a person.
CREATE TABLE alert_case (
  violation_id   text PRIMARY KEY,
  rule           text NOT NULL,
  rule_zh        text NOT NULL,
  family         text NOT NULL,
  level          text NOT NULL CHECK (level IN ('low', 'medium', 'high')),
  object_kind    text NOT NULL,
  object_key     text NOT NULL,
  project_id     text NOT NULL,
  enterprise_id  text NOT NULL,
  district_code  text NOT NULL,
  street_code    text NOT NULL,
  community_code text NOT NULL,
  place_zh       text NOT NULL,
  evidence_zh    text NOT NULL,
  since          date NOT NULL,
  state          text NOT NULL DEFAULT 'new'
    CHECK (state IN ('new', 'received', 'handling', 'closed', 'reviewed', 'false_alarm', 'suspended')),
  -- Whom it was given to; '' nobody yet.
  owner          text NOT NULL DEFAULT '',
  -- Business dates: first found, found last, and since when the finding no longer holds.
  first_found    date NOT NULL,
  last_found     date NOT NULL,
  cleared_on     date,
  due_on         date NOT NULL,
  escalated_on   date,
  -- Times it came back after it had been settled.
  recurrences    integer NOT NULL DEFAULT 0,
  found_run      text NOT NULL,
  version        integer NOT NULL DEFAULT 1 CHECK (version > 0),
  changed_at     timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX alert_case_by_state ON alert_case (state, level, first_found);
CREATE INDEX alert_case_by_place ON alert_case (district_code, street_code);
CREATE INDEX alert_case_by_rule ON alert_case (rule);

-- What became of a case, in order; never changed.
CREATE TABLE alert_case_event (
  event_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  violation_id text NOT NULL REFERENCES alert_case,
  kind         text NOT NULL,
  note         text NOT NULL DEFAULT '',
  author       text NOT NULL,
  at           timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX alert_case_event_of ON alert_case_event (violation_id, event_id);

-- Who has seen a case (未读角标, 002:1933).
CREATE TABLE alert_case_read (
  user_name    text NOT NULL,
  violation_id text NOT NULL REFERENCES alert_case,
  at           timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (user_name, violation_id)
);
