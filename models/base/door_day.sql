{#- Every opening of a year's doors is sorted by its number: on disk, from half a gibibyte on. -#}
{{ config(
    materialized='incremental', incremental_strategy='insert_overwrite',
    partition_by='toYYYYMM(event_date)', order_by=['dwelling_id', 'event_date'],
    query_settings={'max_bytes_before_external_sort': 500000000, 'max_bytes_before_external_group_by': 500000000},
    meta={'in_parts': ['std_access_control__door_event'], 'takes_anew': ['event_date']}
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

{% if var('touched', '') %}
affected as (

    select groupUniqArray(event_date) as days, groupUniqArray(toStartOfMonth(event_date)) as months from {{ var('touched') }}

),
{% elif is_incremental() %}
-- Days that were told something: of rows about a day there are more with every delivery, and the table accounts for no more than there were.
-- Beside them all days of months in which a house was told of that has been merged since, or that no longer is.
changed as (

    select groupUniqArray(day) as days from (
        {{ changed_days('event_date', 'delivered', 'day_deliveries') }}
        union distinct
        select event_date as day from {{ this }}
        where toStartOfMonth(event_date) in (
            select toStartOfMonth(event_date) from {{ this }}
            where
                dwelling_id in (select left_id from moved)
                or notEmpty(merged_houses) and arrayExists(house -> {{ door_dwelling_id('house') }} != dwelling_id, merged_houses)
        )
    )

),

-- An event told again, now of another day of its month, leaves the day it was told of before.
affected as (

    select groupUniqArray(day) as days, groupUniqArray(toStartOfMonth(day)) as months from (
        select arrayJoin((select days from changed)) as day
        union distinct
        select event_date as day from delivered
        where
            has(arrayMap(day -> toStartOfMonth(day), (select days from changed)), toStartOfMonth(event_date))
            and event_no in (select event_no from delivered where has((select days from changed), event_date))
    )

),
{% endif %}

{%- if var('asked_anew', false) %}
anew as (select arrayJoin(days) as event_date from affected)

select * from anew
{%- else %}
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
    where
        has((select months from affected), toStartOfMonth(event_date))
        and event_no in (select event_no from delivered where has((select days from affected), event_date))
    {%- else -%}
    where {{ in_part('toRelativeMonthNum(event_date)') }}
    {%- endif %}

),

final as (

    select
        {{ door_dwelling_id('house_code') }} as dwelling_id,
        event_date,
        toUInt32(countIf(recency = 1)) as events,
        toUInt32(countIf(recency = 1 and direction = 'in')) as in_events,
        toUInt32(countIf(recency = 1 and direction = 'out')) as out_events,
        toUInt32(uniqExactIf(card_no, recency = 1 and card_no != '')) as distinct_cards,
        toUInt32(countIf(recency = 1 and is_registered = 1)) as registered_events,
        toUInt32(countIf(recency = 1 and is_registered = 0)) as stranger_events,
        toUInt32(sumIf(versions, recency = 1)) as deliveries,
        toUInt32(count()) as day_deliveries,
        arraySort(groupUniqArrayIf(house_code, recency = 1 and dwelling_id != {{ resolved_id('dwelling', 'house_code') }})) as merged_houses

    from events
    {% if is_incremental() -%}
    where has((select days from affected), event_date)
    {%- endif %}
    group by dwelling_id, event_date
    having countIf(recency = 1) > 0

)

select * from final
{% if is_incremental() and not var('touched', '') -%}
-- The other days of these months stay as they are.
union all
select
    dwelling_id, event_date, events, in_events, out_events, distinct_cards, registered_events, stranger_events, deliveries,
    day_deliveries, merged_houses
from {{ this }}
where has((select months from affected), toStartOfMonth(event_date)) and not has((select days from affected), event_date)
{%- endif %}
{%- endif %}
