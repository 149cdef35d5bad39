-- What withdrawn batches had said, and how long it was known: raw holds what is known now, the two-axis history also what was
-- (docs/decisions/0007-two-axes.md). `texts` are the source's columns as delivered.
CREATE TABLE IF NOT EXISTS meta.withdrawn_row
(
    dataset        LowCardinality(String),
    texts          Map(String, String),
    _op            Enum8('Insert' = 1, 'Update' = 2, 'Delete' = 3),
    _loaded_at     DateTime64(3, 'UTC'),
    _batch_id      UInt64,
    _row_no        UInt64,
    _row_hash      UInt128,
    _key_hash      UInt128,
    _defects       Array(String),
    _business_date Date,
    known_to       DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (dataset, _key_hash, known_to, _batch_id, _row_no);
