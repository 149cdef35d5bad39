-- A case put off (挂起) is open again on a day; one put off before had none and gets a quarter of a year.
ALTER TABLE alert_case ADD COLUMN suspended_until date;
UPDATE alert_case SET suspended_until = (changed_at AT TIME ZONE 'Asia/Shanghai')::date + 90 WHERE state = 'suspended';
ALTER TABLE alert_case ADD CHECK ((state = 'suspended') = (suspended_until IS NOT NULL));
-- Those who supervise ask for what was escalated.
CREATE INDEX alert_case_escalated ON alert_case (escalated_on) WHERE escalated_on IS NOT NULL;
