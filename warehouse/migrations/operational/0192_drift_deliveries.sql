-- Every delivery that showed a change: once it is accepted, those whose values were left out can be landed again.
CREATE TABLE drift_delivery (
  drift_id    uuid NOT NULL REFERENCES drift_report,
  delivery_id text NOT NULL,
  PRIMARY KEY (drift_id, delivery_id)
);
INSERT INTO drift_delivery (drift_id, delivery_id)
SELECT drift_id, delivery_id FROM drift_report WHERE delivery_id IS NOT NULL;
