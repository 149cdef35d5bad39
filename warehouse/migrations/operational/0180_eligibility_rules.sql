-- A rule of eligibility that staff made or changed is known by its name, as one of alert is: it stands in place of the shipped one of that name.
CREATE UNIQUE INDEX staff_rule_eligibility_name ON staff_rule (topic) WHERE kind = 'eligibility' AND state IN ('active', 'paused');
