{{ config(
    materialized='incremental', incremental_strategy='insert_overwrite',
    partition_by='toYYYYMM(event_date)', order_by=['dwelling_id', 'event_date']
) }}

with

-- A door's day is the day of its clock on the wall.
delivered as (

    select
        event_no,
        house_code,
        card_no,
        toDate(toTimeZone(assumeNotNull(happened_at), 'Asia/Shanghai')) as event_date,
        direction,
        is_registered,
        _batch_id,
        _row_no

    from {{ ref('std_access_control__door_event') }}
    where happened_at is not null

),

{% if is_incremental() %}
affected as (

    select groupUniqArray(month) as months from ({{ changed_months('event_date', 'delivered') }})

),
{% endif %}

-- The last delivered row of an event holds. A number used again in another month names another event.
events as (

    select
        event_no,
        argMax((house_code, card_no, event_date, direction, is_registered), (_batch_id, _row_no)) as latest,
        toUInt32(count()) as deliveries

    from (
        select *, toStartOfMonth(event_date) as month from delivered
        {% if is_incremental() %}
        where has((select months from affected), toStartOfMonth(event_date))
        {% endif %}
    )
    group by event_no, month

),

final as (

    select
        {{ dwelling_id('latest.1') }} as dwelling_id,
        latest.3 as event_date,
        toUInt32(count()) as events,
        toUInt32(countIf(latest.4 = 'in')) as in_events,
        toUInt32(countIf(latest.4 = 'out')) as out_events,
        toUInt32(uniqExactIf(latest.2, latest.2 != '')) as distinct_cards,
        toUInt32(countIf(latest.5 = 1)) as registered_events,
        toUInt32(countIf(latest.5 = 0)) as stranger_events,
        toUInt32(sum(deliveries)) as deliveries

    from events
    group by latest.1, latest.3

)

select * from final
