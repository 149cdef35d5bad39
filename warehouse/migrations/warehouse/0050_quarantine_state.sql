-- What became of rows in quarantine: one row each time somebody dealt with one; the highest version holds. A row without one is open.
-- Follows from quarantine_action in the operational store, and is written again after a crash.
CREATE TABLE IF NOT EXISTS meta.quarantine_state
(
    dataset   LowCardinality(String),
    batch_id  UInt64,
    row_no    UInt64,
    state     LowCardinality(String),
    action_id UInt64,
    version   UInt64,
    author    LowCardinality(String),
    at        DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (dataset, batch_id, row_no);
