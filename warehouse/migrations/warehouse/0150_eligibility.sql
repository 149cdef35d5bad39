-- What polls found (pipelines/eligibility/poll.ts): a row a poll and household. `before` is the verdict of the poll before, '' where there was none.
CREATE DATABASE IF NOT EXISTS eligibility;

CREATE TABLE IF NOT EXISTS eligibility.verdict
(
    poll_id        UInt64,
    day            Date32,
    household_id   String,
    programme      LowCardinality(String),
    form           LowCardinality(String),
    district_code  LowCardinality(String),
    street_code    LowCardinality(String),
    community_code LowCardinality(String),
    verdict        Enum8('refuse' = 0, 'doubt' = 1, 'pass' = 2),
    before         LowCardinality(String),
    failed         Array(LowCardinality(String)),
    doubted        Array(LowCardinality(String)),
    reasons        Array(String)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (household_id, poll_id);
