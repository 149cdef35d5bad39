-- When a rule of alert that is looked at by the week or month was looked at last; those looked at with every run have no row.
CREATE TABLE alert_rule_look (
  rule      text PRIMARY KEY,
  looked_on date NOT NULL
);
