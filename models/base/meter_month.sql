{{ config(
    materialized='incremental', incremental_strategy='insert_overwrite',
    partition_by='toYYYYMM(month)', order_by=['meter_kind', 'meter_no', 'month']
) }}

{#-
  What meters counted by the month, so that nobody who asks by the month reads every day. A month is added up again when its days add up to
  something else than its rows, and so is the one after it: days are told by a delivery, and a delivery changes what at most the
  four weeks behind it are measured against.
-#}
with

days as (

    select toStartOfMonth(reading_date) as month, meter_kind, meter_no, usage, fee, quality, deliveries
    from {{ ref('meter_day') }}

){% if is_incremental() %},

sums as (

    select
        days.month as month,
        toInt64(count()) as rows,
        toInt64(sum(days.deliveries)) as told,
        toInt64(countIf(days.usage is not null)) as days_read,
        toInt64(countIf(days.quality != 'ok')) as days_flawed,
        ifNull(sum(days.usage), 0) as used,
        ifNull(sum(days.fee), 0) as charged
    from days
    group by month
    union all
    select
        known.month as month,
        -toInt64(sum(known.days)) as rows,
        -toInt64(sum(known.deliveries)) as told,
        -toInt64(sum(known.days_read)) as days_read,
        -toInt64(sum(known.days_flawed)) as days_flawed,
        -sum(known.usage) as used,
        -sum(known.fee) as charged
    from {{ this }} as known
    group by month

),

changed as (

    select arrayJoin([sums.month, addMonths(sums.month, 1)]) as month
    from sums
    group by sums.month
    having (sum(sums.rows), sum(sums.told), sum(sums.days_read), sum(sums.days_flawed), sum(sums.used), sum(sums.charged)) != (0, 0, 0, 0, 0, 0)

)
{%- endif %}

select
    days.meter_kind as meter_kind,
    days.meter_no as meter_no,
    days.month as month,
    toDecimal64(ifNull(sum(days.usage), 0), 3) as usage,
    toDecimal64(ifNull(sum(days.fee), 0), 2) as fee,
    toUInt8(count()) as days,
    toUInt8(countIf(days.usage is not null)) as days_read,
    toUInt8(countIf(days.quality != 'ok')) as days_flawed,
    toUInt32(sum(days.deliveries)) as deliveries
from days
{% if is_incremental() -%}
where days.month in (select month from changed)
{% endif -%}
group by meter_kind, meter_no, month
