{#- Every opening of a year's doors is sorted by its number: on disk, from half a gibibyte on. -#}
{{ config(
    materialized='incremental', incremental_strategy='insert_overwrite',
    partition_by='toYYYYMM(event_date)', order_by=['dwelling_id', 'event_date'],
    query_settings={'max_bytes_before_external_sort': 500000000, 'max_bytes_before_external_group_by': 500000000}
) }}

{#- The dwelling a door belongs to: its own house, or the one that house was merged into. -#}
{% macro door_dwelling_id(house_code) -%}
{{ kept_id(resolved_id('dwelling', house_code), 'moved') }}
{%- endmacro %}

with

-- The doors of houses that are another dwelling than their code makes by itself; few.
moved as (

    select {{ resolved_id('dwelling', 'record_key') }} as left_id, dwelling_id as kept_id
    from {{ moved_records('access_control.door_event') }}

),

-- A door's day is the day of its clock on the wall.
delivered as (

    select
        event_no,
        house_code,
        card_no,
        toDate(toTimeZone(assumeNotNull(happened_at), 'Asia/Shanghai')) as event_date,
        direction,
        is_registered,
        _business_date,
        _batch_id,
        _row_no

    from {{ ref('std_access_control__door_event') }}
    where happened_at is not null

),

{% if is_incremental() %}
-- Beside what was delivered: days told of a house that has been merged since, or that no longer is.
affected as (

    select groupUniqArray(month) as months from (
        {{ changed_months('event_date', 'delivered') }}
        union distinct
        select toStartOfMonth(event_date) as month from {{ this }}
        where dwelling_id in (select left_id from moved)
        union distinct
        select toStartOfMonth(event_date) as month from {{ this }}
        where notEmpty(merged_houses) and arrayExists(house -> {{ door_dwelling_id('house') }} != dwelling_id, merged_houses)
    )

),
{% endif %}

-- The last delivered row of an event holds. A number used again in another month names another event.
events as (

    select
        *,
        count() over (partition by event_no, toStartOfMonth(event_date)) as versions,
        row_number() over (
            partition by event_no, toStartOfMonth(event_date) order by _business_date desc, _batch_id desc, _row_no desc
        ) as recency

    from delivered
    {% if is_incremental() -%}
    where has((select months from affected), toStartOfMonth(event_date))
    {%- endif %}

),

final as (

    select
        {{ door_dwelling_id('house_code') }} as dwelling_id,
        event_date,
        toUInt32(count()) as events,
        toUInt32(countIf(direction = 'in')) as in_events,
        toUInt32(countIf(direction = 'out')) as out_events,
        toUInt32(uniqExactIf(card_no, card_no != '')) as distinct_cards,
        toUInt32(countIf(is_registered = 1)) as registered_events,
        toUInt32(countIf(is_registered = 0)) as stranger_events,
        toUInt32(sum(versions)) as deliveries,
        arraySort(groupUniqArrayIf(house_code, dwelling_id != {{ resolved_id('dwelling', 'house_code') }})) as merged_houses

    from events
    where recency = 1
    group by dwelling_id, event_date

)

select * from final
