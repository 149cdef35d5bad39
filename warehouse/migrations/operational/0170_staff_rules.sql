-- One store for rules staff make, of every kind: what was the store of cleaning rules, with a kind, and a state for a rule that rests.
ALTER TABLE cleaning_rule RENAME TO staff_rule;
ALTER TABLE cleaning_rule_event RENAME TO staff_rule_event;
-- What the rule is about: a data set for cleaning, a rule's name for alerts.
ALTER TABLE staff_rule RENAME COLUMN dataset TO topic;
ALTER TABLE staff_rule ADD COLUMN kind text NOT NULL DEFAULT 'cleaning' CHECK (kind <> '');
ALTER TABLE staff_rule ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE staff_rule DROP CONSTRAINT cleaning_rule_state_check;
ALTER TABLE staff_rule ADD CONSTRAINT staff_rule_state_check
  CHECK (state IN ('draft', 'tried', 'active', 'paused', 'retired'));
ALTER TABLE staff_rule_event DROP CONSTRAINT cleaning_rule_event_state_check;
ALTER TABLE staff_rule_event ADD CONSTRAINT staff_rule_event_state_check
  CHECK (state IN ('draft', 'tried', 'active', 'paused', 'retired'));
DROP INDEX cleaning_rule_active;
CREATE UNIQUE INDEX staff_rule_in_force ON staff_rule (rule_id) WHERE state IN ('active', 'paused');
DROP INDEX cleaning_rule_by_dataset;
CREATE INDEX staff_rule_by_topic ON staff_rule (kind, topic, rule_id);
ALTER INDEX cleaning_rule_event_of RENAME TO staff_rule_event_of;
-- A rule of alert is known by its name: two in force of one name would contradict each other.
CREATE UNIQUE INDEX staff_rule_alert_name ON staff_rule (topic) WHERE kind = 'alert' AND state IN ('active', 'paused');
