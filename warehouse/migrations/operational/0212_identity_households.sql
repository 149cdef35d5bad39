-- Decisions, events and doubts about households beside those about persons, dwellings and enterprises.
-- Of households `a` and `b` are `<application data set>:<申请编号>`, `police.household_register:<户号>` or `household:<number of the earliest application>`.
ALTER TABLE identity_decision DROP CONSTRAINT identity_decision_entity_check;
ALTER TABLE identity_decision ADD CONSTRAINT identity_decision_entity_check CHECK (entity IN ('person', 'dwelling', 'enterprise', 'household'));
ALTER TABLE identity_event DROP CONSTRAINT identity_event_entity_check;
ALTER TABLE identity_event ADD CONSTRAINT identity_event_entity_check CHECK (entity IN ('person', 'dwelling', 'enterprise', 'household'));
ALTER TABLE identity_later DROP CONSTRAINT identity_later_entity_check;
ALTER TABLE identity_later ADD CONSTRAINT identity_later_entity_check CHECK (entity IN ('person', 'dwelling', 'enterprise', 'household'));
