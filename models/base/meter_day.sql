{{ config(
    materialized='incremental', incremental_strategy='insert_overwrite',
    partition_by='toYYYYMM(reading_date)', order_by=['meter_kind', 'meter_no', 'reading_date']
) }}

{#- A meter silent for longer than this starts anew. No month is shorter, so a month's rows depend on it and the month before, no more. -#}
{% set memory_days = 28 %}

with

delivered as (

    {% for kind in ['water', 'electricity', 'gas'] -%}
    select
        '{{ kind }}' as meter_kind, meter_no, toDate(assumeNotNull(reading_date)) as reading_date, reading, usage, fee,
        _business_date, _batch_id, _row_no
    from {{ ref('std_utilities__' ~ kind ~ '_reading') }}
    where reading_date is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

{% if is_incremental() %}
-- A reading that changes also changes what the next one is measured against: the month after is built again too.
affected as (

    select groupUniqArrayArray([month, addMonths(month, 1)]) as months
    from ({{ changed_months('reading_date', 'delivered') }})

),

window_rows as (

    select * from delivered
    where hasAny(
        (select months from affected),
        [toStartOfMonth(reading_date), toStartOfMonth(addDays(reading_date, {{ memory_days }}))]
    )

),
{% else %}
window_rows as (

    select * from delivered

),
{% endif %}

-- The last delivered row of a meter and day holds: what comes later corrects what came before. (Windows, because ten times
-- quicker here than `argMax` of a tuple.)
versions as (

    select
        *,
        toUInt16(count() over (partition by meter_kind, meter_no, reading_date)) as deliveries,
        row_number() over (
            partition by meter_kind, meter_no, reading_date order by _business_date desc, _batch_id desc, _row_no desc
        ) as recency

    from window_rows

),

sequenced as (

    select
        meter_kind,
        meter_no,
        reading_date,
        reading,
        usage as delivered_usage,
        fee,
        deliveries,
        anyLast(reading) over before as last_reading,
        anyLast(if(reading is null, null, reading_date)) over before as last_read_on

    from versions
    where recency = 1
    window before as (
        partition by meter_kind, meter_no order by reading_date rows between unbounded preceding and 1 preceding
    )

),

remembered as (

    select
        *,
        dateDiff('day', last_read_on, reading_date) as days,
        if(days > {{ memory_days }}, null, last_reading) as previous_reading,
        reading - previous_reading as difference,
        -- The dial's capacity, from the digits it shows: 4 digits and more, the first reading after 9 999.6 is 0.3.
        if(
            previous_reading >= 1000,
            toDecimal64OrNull(concat('1', repeat('0', length(toString(toInt64(previous_reading))))), 3),
            null
        ) as capacity

    from sequenced

),

judged as (

    select
        *,
        multiIf(
            difference < 0 and previous_reading >= capacity * 9 / 10 and reading <= capacity / 10, 'rollover',
            difference < 0 or delivered_usage < 0, 'suspect',
            reading is null or previous_reading is null and delivered_usage is null or days between 2 and {{ memory_days }}, 'gap',
            difference = 0 and delivered_usage > 0, 'stuck',
            abs(difference - delivered_usage) > 1, 'suspect',
            'ok'
        ) as quality

    from remembered

),

final as (

    select
        meter_kind,
        meter_no,
        reading_date,
        reading,
        multiIf(
            delivered_usage >= 0, delivered_usage,
            quality = 'rollover', capacity - previous_reading + reading,
            difference >= 0, difference,
            null
        ) as usage,
        fee,
        quality,
        deliveries

    from judged
    {% if is_incremental() %}
    where has((select months from affected), toStartOfMonth(reading_date))
    {% endif %}

)

select * from final
