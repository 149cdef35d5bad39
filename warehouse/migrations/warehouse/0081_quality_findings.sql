-- How a batch's values are spread: shares filled and failing, medians of numbers, shares of code words; what distribution is judged by.
CREATE TABLE IF NOT EXISTS meta.quality_profile
(
    batch_id  UInt64,
    day       Date,
    dataset   LowCardinality(String),
    field     LowCardinality(String),
    statistic LowCardinality(String),
    value     Float64,
    rows      UInt64,
    version   UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (dataset, field, statistic, day, batch_id);

-- Days judged against what is usual: every one outside its band, with the sentence that explains it.
CREATE TABLE IF NOT EXISTS meta.quality_anomaly
(
    day         Date,
    dataset     LowCardinality(String),
    owner       LowCardinality(String),
    kind        LowCardinality(String),
    field       LowCardinality(String),
    statistic   LowCardinality(String),
    observed    Float64,
    low         Float64,
    high        Float64,
    day_kind    LowCardinality(String),
    history     UInt32,
    explanation String,
    version     UInt64,
    is_deleted  UInt8
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (dataset, kind, field, statistic, day);

-- Control totals of two systems held against each other, by period.
CREATE TABLE IF NOT EXISTS meta.reconciliation_result
(
    as_of       Date,
    rule        LowCardinality(String),
    period      String,
    left_value  Decimal(38, 6),
    right_value Decimal(38, 6),
    difference  Decimal(38, 6),
    tolerance   Decimal(38, 6),
    state       LowCardinality(String),
    version     UInt64,
    is_deleted  UInt8
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (rule, as_of, period);
