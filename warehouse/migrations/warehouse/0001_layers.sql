-- The databases of the layers and what the pipeline tells about itself (docs/architecture.md §4, §5).
-- Statements end with a semicolon at the end of a line and can be repeated: ClickHouse has no transaction around them.
CREATE DATABASE IF NOT EXISTS raw;
CREATE DATABASE IF NOT EXISTS raw_stage;
CREATE DATABASE IF NOT EXISTS base;
CREATE DATABASE IF NOT EXISTS base__build;
CREATE DATABASE IF NOT EXISTS meta;

-- One row a batch; a batch written again (healed after a crash) replaces itself: read with FINAL.
CREATE TABLE IF NOT EXISTS meta.batch
(
    batch_id     UInt64,
    dataset      LowCardinality(String),
    delivery_id  String,
    file_name    String,
    business_date Nullable(Date),
    loaded_at    DateTime64(3, 'UTC'),
    landed       UInt64,
    loaded       UInt64,
    quarantined  UInt64,
    deduplicated UInt64,
    deleted      UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY batch_id;

-- Rows that cannot be what they claim, as they arrived, with the rule, the field and the value.
CREATE TABLE IF NOT EXISTS meta.quarantine
(
    batch_id  UInt64,
    dataset   LowCardinality(String),
    file_name String,
    row_no    UInt64,
    rule      LowCardinality(String),
    field     LowCardinality(String),
    value     String,
    message   String,
    row_text  String,
    loaded_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(loaded_at)
ORDER BY (dataset, batch_id, row_no);

CREATE TABLE IF NOT EXISTS meta.model_run
(
    run_id       String,
    model        LowCardinality(String),
    state        LowCardinality(String),
    rows         UInt64,
    content_hash String,
    started_at   DateTime64(3, 'UTC'),
    seconds      Float64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(started_at)
ORDER BY (model, started_at);

CREATE TABLE IF NOT EXISTS meta.quality_result
(
    run_id     String,
    model      LowCardinality(String),
    test       LowCardinality(String),
    severity   LowCardinality(String),
    state      LowCardinality(String),
    failures   UInt64,
    checked_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(checked_at)
ORDER BY (model, test, checked_at);
