-- Where each column of base and the marts comes from, read from the engine's own parse of the models' SQL (pipelines/lineage).
-- how: identity, transformation, aggregation, window (what the value is made of); join, filter, group_by, sort (column '*': which rows there are).
CREATE TABLE IF NOT EXISTS meta.column_lineage
(
    model        LowCardinality(String),
    column       LowCardinality(String),
    input        LowCardinality(String),
    input_column String,
    how          LowCardinality(String),
    sql_hash     FixedString(32)
)
ENGINE = MergeTree
PARTITION BY model
ORDER BY (column, input, input_column);
