{{ config(
    materialized='incremental', incremental_strategy='insert_overwrite',
    partition_by='toYYYYMM(month)', order_by=['meter_kind', 'meter_no', 'month']
) }}

{#-
  What meters counted by the month, so that nobody who asks by the month reads every day. A month is added up again when its days, or how
  often they were told, are others than its rows say, and so is the one after it: a day is another only after a delivery (`meter_day`), which changes
  what at most the four weeks behind it are measured against. By another text of `meter_day`, or after a withdrawal, every month is.
-#}
with

days as (

    select toStartOfMonth(reading_date) as month, meter_kind, meter_no, usage, fee, quality, deliveries
    from {{ ref('meter_day') }}

){% if is_incremental() %},

told as (

    select
        days.month as month,
        toInt64(count()) as days,
        toInt64(sum(days.deliveries)) as deliveries
    from days
    group by month
    union all
    select
        known.month as month,
        -toInt64(sum(known.days)) as days,
        -toInt64(sum(known.deliveries)) as deliveries
    from {{ this }} as known
    group by month

),

changed as (

    select arrayJoin([told.month, addMonths(told.month, 1)]) as month
    from told
    group by told.month
    having (sum(told.days), sum(told.deliveries)) != (0, 0)

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
