-- How many rows each rule turned away, by file and field: what anyone may ask of meta.quarantine, whose rows hold personal values.
CREATE VIEW IF NOT EXISTS meta.quarantine_count AS
SELECT batch_id, dataset, file_name, rule, field, count() AS rows
FROM meta.quarantine
GROUP BY batch_id, dataset, file_name, rule, field;
