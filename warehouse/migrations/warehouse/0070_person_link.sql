-- Who is who where no valid number says so (pipelines/linkage): filled by the step between the standardising models and the entities,
-- read by the entities. Empty until the step has run: then only valid numbers say who somebody is.
CREATE DATABASE IF NOT EXISTS linkage;

CREATE TABLE IF NOT EXISTS linkage.person_link
(
    record_key String,
    person_id  String,
    how        LowCardinality(String),
    weight     Int32
)
ENGINE = MergeTree
ORDER BY record_key;
