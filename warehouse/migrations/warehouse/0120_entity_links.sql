-- The dwelling and enterprise each record was taken for when events were told last: what changed since is a merge or a split.
CREATE TABLE IF NOT EXISTS linkage.entity_known
(
    entity     LowCardinality(String),
    record_key String,
    entity_id  String
)
ENGINE = MergeTree
ORDER BY (entity, record_key);
