-- Documents of the operational store as they are searched (pipelines/search/documents.ts): letters, pre-reviews, reports, packages, delivered
-- files. Written anew as a whole when anything changed; the comment holds the hash. No names and no numbers of persons.
CREATE TABLE IF NOT EXISTS search.document
(
    kind           LowCardinality(String),
    document_id    String,
    -- 文号, number of the application, file name.
    document_no    String,
    title          String,
    -- Whom or what it is about.
    about          String,
    state_zh       LowCardinality(String),
    content        String,
    day            Nullable(Date32),
    district_code  LowCardinality(String),
    district_name  LowCardinality(String),
    street_code    LowCardinality(String),
    street_name    LowCardinality(String),
    community_code LowCardinality(String),
    community_name LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY (kind, document_id);
