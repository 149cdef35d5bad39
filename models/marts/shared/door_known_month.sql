{{ config(materialized='ephemeral') }}
{#- One row per dwelling and month its door opened in, up to the as-of day: the as-of day's own month is added up of its days. -#}
{%- set running = 'toStartOfMonth(' ~ as_of() ~ ')' %}
select whole.dwelling_id as dwelling_id, whole.month as month, whole.door_days as door_days, whole.door_events as door_events
from {{ ref('door_month') }} as whole
where whole.month < {{ running }}
union all
select
    day.dwelling_id as dwelling_id,
    {{ running }} as month,
    toUInt8(count()) as door_days,
    sum(day.events) as door_events
from {{ ref('door_day') }} as day
where day.event_date between {{ running }} and {{ as_of() }}
group by dwelling_id
