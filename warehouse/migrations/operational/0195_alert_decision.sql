-- What people decided of a case is a record of its own: a case that comes back is decided anew, and the first decision stands beside the second.
-- A decision is the event that closed the case or called it a false alarm; it keeps whom the finding spoke of when it was decided.
ALTER TABLE alert_case_event
  ADD COLUMN since date,
  ADD COLUMN enterprise_id text,
  -- Of an event that takes a decision back: which.
  ADD COLUMN decision_id bigint REFERENCES alert_case_event;
UPDATE alert_case_event AS event SET since = found.since, enterprise_id = found.enterprise_id
  FROM alert_case AS found WHERE found.violation_id = event.violation_id AND event.kind IN ('close', 'false_alarm');
CREATE INDEX alert_case_event_withdrawing ON alert_case_event (decision_id) WHERE decision_id IS NOT NULL;

-- `stands`: nobody took it back, neither by taking the case in hand again or calling it a false alarm after all, nor by name (撤销认定).
-- `is_last`: nothing has come of the case since.
CREATE VIEW alert_decision AS
SELECT decided.event_id AS decision_id, decided.violation_id, CASE decided.kind WHEN 'close' THEN 'confirmed' ELSE 'false_alarm' END AS verdict,
  decided.note, decided.author AS decided_by, decided.at AS decided_at, decided.since, decided.enterprise_id, decided.next_kind IS NULL AS is_last,
  coalesce(decided.next_kind, '') NOT IN ('handle', 'false_alarm')
    AND NOT EXISTS (SELECT 1 FROM alert_case_event AS back WHERE back.decision_id = decided.event_id) AS stands
FROM (
  SELECT event_id, violation_id, kind, note, author, at, since, enterprise_id,
    lead(kind) OVER (PARTITION BY violation_id ORDER BY event_id) AS next_kind
  FROM alert_case_event WHERE kind IN ('close', 'false_alarm', 'handle', 'found_again')
) AS decided
WHERE decided.kind IN ('close', 'false_alarm');
