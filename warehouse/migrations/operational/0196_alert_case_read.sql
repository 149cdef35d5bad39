-- Up to which version somebody has seen a case: what happened since is unread, a case that came back or rose in level as well.
ALTER TABLE alert_case_read ADD COLUMN version integer;
UPDATE alert_case_read AS seen SET version = found.version FROM alert_case AS found WHERE found.violation_id = seen.violation_id;
ALTER TABLE alert_case_read ALTER COLUMN version SET NOT NULL;
