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
        _business_date,
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
        {{ dwelling_id('house_code') }} as dwelling_id,
        event_date,
        toUInt32(count()) as events,
        toUInt32(countIf(direction = 'in')) as in_events,
        toUInt32(countIf(direction = 'out')) as out_events,
        toUInt32(uniqExactIf(card_no, card_no != '')) as distinct_cards,
        toUInt32(countIf(is_registered = 1)) as registered_events,
        toUInt32(countIf(is_registered = 0)) as stranger_events,
        toUInt32(sum(versions)) as deliveries

    from events
    where recency = 1
    group by house_code, event_date

)

select * from final
