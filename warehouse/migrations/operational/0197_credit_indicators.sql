-- Indicators of credit staff make stand in the store of staff's rules; of one name one is in force.
CREATE UNIQUE INDEX staff_rule_credit_name ON staff_rule (topic) WHERE kind = 'credit' AND state IN ('active', 'paused');
