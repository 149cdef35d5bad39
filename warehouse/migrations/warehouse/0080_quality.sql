-- What the quality of data is computed from (pipelines/quality): counts a batch, never values. A batch never changes, so its counts
-- are made once; what is not about a batch (sources compared, deliveries due) has batch_id 0 and is replaced by a higher version.
CREATE TABLE IF NOT EXISTS meta.quality_measure
(
    batch_id  UInt64,
    day       Date,
    dataset   LowCardinality(String),
    owner     LowCardinality(String),
    field     LowCardinality(String),
    dimension LowCardinality(String),
    measure   LowCardinality(String),
    good      UInt64,
    total     UInt64,
    version   UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (dataset, day, batch_id, measure, field);

-- Values and rows that broke a rule: kept and marked, or turned away.
CREATE TABLE IF NOT EXISTS meta.quality_failure
(
    batch_id UInt64,
    day      Date,
    dataset  LowCardinality(String),
    owner    LowCardinality(String),
    field    LowCardinality(String),
    rule     LowCardinality(String),
    measure  LowCardinality(String),
    handling Enum8('marked' = 1, 'quarantined' = 2),
    rows     UInt64,
    version  UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (dataset, day, batch_id, field, rule, handling);

-- Batches that have been counted; written after their counts.
CREATE TABLE IF NOT EXISTS meta.quality_batch
(
    batch_id    UInt64,
    day         Date,
    dataset     LowCardinality(String),
    owner       LowCardinality(String),
    landed      UInt64,
    loaded      UInt64,
    quarantined UInt64,
    received_on Date,
    -- A whole table, judged as it stood then; other deliveries by their own rows.
    is_whole    UInt8,
    version     UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY batch_id;

-- What people read: counts of batches that have not been withdrawn, and the score each gives.
CREATE VIEW IF NOT EXISTS meta.quality_score AS
SELECT day, dataset, owner, field, dimension, measure, batch_id, good, total, good / total AS score
FROM meta.quality_measure FINAL
WHERE total > 0 AND (batch_id = 0 OR batch_id IN (SELECT batch_id FROM meta.batch));
