-- The catalog and dictionary (pipelines/catalog), written anew after a run when anything of it changed; its comment holds the hash.
CREATE TABLE IF NOT EXISTS meta.catalog_entry
(
    kind         LowCardinality(String),
    name         String,
    parent       String,
    zh           String,
    comment      String,
    type         String,
    owner        LowCardinality(String),
    grain        String,
    level        UInt8,
    mask         LowCardinality(String),
    legal_basis  String,
    update_days  UInt16,
    sharing_type LowCardinality(String),
    resources    Array(String),
    explanation  String,
    -- Normal forms: of the names, and of everything searched.
    title        String,
    text         String
)
ENGINE = MergeTree
ORDER BY (kind, name);

-- Each data set against its update limit (更新时限), as of a run; and against the limit the agency's resource catalogue sets.
CREATE TABLE IF NOT EXISTS meta.catalog_lateness
(
    dataset        LowCardinality(String),
    owner          LowCardinality(String),
    as_of          Date,
    last_date      Nullable(Date),
    update_days    UInt16,
    -- Days without news beyond the limit; 0 in time.
    days_late      UInt32,
    -- 0 where the catalogue does not list it.
    catalogue_days UInt16,
    -- 1 where even a delivery in time comes later than the catalogue wants.
    is_slower_than_catalogue UInt8
)
ENGINE = MergeTree
ORDER BY dataset;
