{{ config(materialized='ephemeral') }}
{#- One row per meter and month it was read in, up to the as-of day: where later days are known, the as-of day's own month is added up of its days. -#}
{%- set running = 'toStartOfMonth(' ~ as_of() ~ ')' %}
{%- set has_later = '(select count() from ' ~ ref('meter_day') ~ ' where reading_date > ' ~ as_of() ~ ') > 0' %}
select whole.meter_kind as meter_kind, whole.meter_no as meter_no, whole.month as month, whole.usage as usage, whole.fee as fee,
    whole.days_read as days_read, whole.days_flawed as days_flawed
from {{ ref('meter_month') }} as whole
where whole.month <= {{ running }} and (whole.month < {{ running }} or not {{ has_later }})
union all
select
    day.meter_kind as meter_kind,
    day.meter_no as meter_no,
    {{ running }} as month,
    toDecimal64(ifNull(sum(day.usage), 0), 3) as usage,
    toDecimal64(ifNull(sum(day.fee), 0), 2) as fee,
    toUInt8(countIf(day.usage is not null)) as days_read,
    toUInt8(countIf(day.quality != 'ok')) as days_flawed
from {{ ref('meter_day') }} as day
where day.reading_date between {{ running }} and {{ as_of() }} and {{ has_later }}
group by meter_kind, meter_no
