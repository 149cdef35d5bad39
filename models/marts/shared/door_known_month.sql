{{ config(materialized='ephemeral') }}
{#- One row per dwelling and month its door opened in, up to the as-of day: where later days are known, the as-of day's own month is added up of its days. -#}
{%- set running = 'toStartOfMonth(' ~ as_of() ~ ')' %}
{%- set has_later = '(select count() from ' ~ ref('door_day') ~ ' where event_date > ' ~ as_of() ~ ') > 0' %}
select whole.dwelling_id as dwelling_id, whole.month as month, whole.door_days as door_days, whole.door_events as door_events
from {{ ref('door_month') }} as whole
where whole.month <= {{ running }} and (whole.month < {{ running }} or not {{ has_later }})
union all
select
    day.dwelling_id as dwelling_id,
    {{ running }} as month,
    toUInt8(count()) as door_days,
    sum(day.events) as door_events
from {{ ref('door_day') }} as day
where day.event_date between {{ running }} and {{ as_of() }} and {{ has_later }}
group by dwelling_id
