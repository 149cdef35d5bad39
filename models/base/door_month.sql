{{ config(
    materialized='incremental', incremental_strategy='insert_overwrite',
    partition_by='toYYYYMM(month)', order_by=['dwelling_id', 'month']
) }}

{#-
  On how many days of a month a dwelling's door opened, and how often. A month is added up again when its days say something else than its
  rows: both are one number, to which a dwelling adds its openings and its days.
-#}
{% macro door_sum(events, days) -%}
sum(cityHash64(dwelling_id) * ({{ events }} + 1000003 * {{ days }}))
{%- endmacro %}

with

days as (

    select dwelling_id, toStartOfMonth(event_date) as month, events
    from {{ ref('door_day') }}

){% if is_incremental() %},

changed as (

    select month
    from (
        select month, {{ door_sum('events', '1') }} as said from days group by month
        union all
        select month, {{ door_sum('door_events', 'door_days') }} as said from {{ this }} group by month
    )
    group by month
    having count() != 2 or min(said) != max(said)

)
{%- endif %}

select
    days.dwelling_id as dwelling_id,
    days.month as month,
    toUInt8(count()) as door_days,
    sum(days.events) as door_events
from days
{% if is_incremental() -%}
where days.month in (select month from changed)
{% endif -%}
group by dwelling_id, month
