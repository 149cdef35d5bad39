-- What cleaning rules make of rows in quarantine: one row a changed value, with the rule, before and after, written before the action
-- that mends the rows (`selection.edits`). What no action names came to nothing.
CREATE TABLE IF NOT EXISTS meta.quarantine_edit
(
    edits        String,
    dataset      LowCardinality(String),
    batch_id     UInt64,
    row_no       UInt64,
    -- Rules apply to a field one after another; the last has the last word.
    step         UInt16,
    field        LowCardinality(String),
    rule_id      UInt64,
    rule_version UInt32,
    value_before String,
    value_after  String,
    at           DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (dataset, batch_id, edits, row_no, step);
