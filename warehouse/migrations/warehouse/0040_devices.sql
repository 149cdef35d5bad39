-- What devices sent (docs/architecture.md §4, "Devices"). Rows enter once: loading leaves out what has the key of a row that is
-- here, which is quick because the quarter of an hour comes first in the order. A day is a partition, so that retention drops
-- whole files; `fsync_after_insert`, for the segment of the log is removed once its rows are here.
CREATE TABLE IF NOT EXISTS raw.device_reading
(
    device_id   LowCardinality(String),
    property    LowCardinality(String),
    event_time  DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    seq         UInt64 CODEC(Delta, ZSTD),
    value       Decimal(18, 6),
    limit_state Enum8('within' = 0, 'over' = 1, 'under' = 2),
    source      LowCardinality(String),
    received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    segment     UInt64 CODEC(Delta, ZSTD)
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(event_time)
ORDER BY (toStartOfFifteenMinutes(event_time), device_id, property, event_time, seq)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS raw.device_event
(
    device_id   LowCardinality(String),
    event       LowCardinality(String),
    property    LowCardinality(String),
    event_time  DateTime64(3, 'UTC'),
    seq         UInt64,
    level       Enum8('info' = 0, 'warning' = 1, 'alarm' = 2),
    value       Decimal(18, 6),
    threshold   Decimal(18, 6),
    detail      String,
    source      LowCardinality(String),
    received_at DateTime64(3, 'UTC'),
    segment     UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(event_time)
ORDER BY (event_time, device_id, event, property, seq)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- What was not accepted, with the rule and the beginning of what came. Read by staff through the API only.
CREATE TABLE IF NOT EXISTS raw.device_refusal
(
    segment     UInt64,
    record      UInt32,
    item        UInt32,
    received_at DateTime64(3, 'UTC'),
    source      LowCardinality(String),
    device_id   String,
    rule        LowCardinality(String),
    field       LowCardinality(String),
    message     String,
    payload     String
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (segment, record, item)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE VIEW IF NOT EXISTS meta.device_refusal_count AS
SELECT toDate(toTimeZone(received_at, 'Asia/Shanghai')) AS day, source, device_id, rule, field, count() AS messages
FROM raw.device_refusal
GROUP BY day, source, device_id, rule, field;

-- Aggregates are computed anew from the level below for each period that changed, so nothing is counted twice however often a
-- step is repeated; the row with the highest version is the one. Read with FINAL.
CREATE TABLE IF NOT EXISTS raw.device_quarter
(
    period     DateTime('UTC'),
    device_id  LowCardinality(String),
    property   LowCardinality(String),
    readings   UInt64,
    lowest     Decimal(18, 6),
    highest    Decimal(18, 6),
    total      Decimal(38, 6),
    first      Decimal(18, 6),
    first_time DateTime64(3, 'UTC'),
    last       Decimal(18, 6),
    last_time  DateTime64(3, 'UTC'),
    ahead      UInt64,
    version    UInt64,
    average    Float64 ALIAS toFloat64(total) / readings
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(period)
ORDER BY (period, device_id, property)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS raw.device_hour
(
    period     DateTime('UTC'),
    device_id  LowCardinality(String),
    property   LowCardinality(String),
    readings   UInt64,
    lowest     Decimal(18, 6),
    highest    Decimal(18, 6),
    total      Decimal(38, 6),
    first      Decimal(18, 6),
    first_time DateTime64(3, 'UTC'),
    last       Decimal(18, 6),
    last_time  DateTime64(3, 'UTC'),
    ahead      UInt64,
    version    UInt64,
    average    Float64 ALIAS toFloat64(total) / readings
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(period)
ORDER BY (period, device_id, property)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- A day is a day in China.
CREATE TABLE IF NOT EXISTS raw.device_day
(
    period     Date,
    device_id  LowCardinality(String),
    property   LowCardinality(String),
    readings   UInt64,
    lowest     Decimal(18, 6),
    highest    Decimal(18, 6),
    total      Decimal(38, 6),
    first      Decimal(18, 6),
    first_time DateTime64(3, 'UTC'),
    last       Decimal(18, 6),
    last_time  DateTime64(3, 'UTC'),
    ahead      UInt64,
    version    UInt64,
    average    Float64 ALIAS toFloat64(total) / readings
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(period)
ORDER BY (device_id, property, period)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- The registry as models see it: a copy of the operational store's, exchanged as a whole.
CREATE TABLE IF NOT EXISTS raw.device
(
    device_id       String,
    product         LowCardinality(String),
    house_code      String,
    division_code   String,
    state           LowCardinality(String),
    meter_kind      LowCardinality(String),
    meter_no        String,
    register        LowCardinality(String),
    capacity        Decimal(18, 6),
    most_per_day    Decimal(18, 6),
    replaces        String,
    opened_at       Nullable(DateTime64(3, 'UTC')),
    opening_reading Nullable(Decimal(18, 6)),
    closed_at       Nullable(DateTime64(3, 'UTC')),
    closing_reading Nullable(Decimal(18, 6))
)
ENGINE = MergeTree
ORDER BY device_id;
