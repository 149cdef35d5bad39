{{ config(
    materialized='incremental', incremental_strategy='insert_overwrite',
    partition_by='toYYYYMM(reading_date)', order_by=['meter_kind', 'meter_no', 'reading_date'],
    meta={'in_parts': ['std_utilities__water_reading', 'std_utilities__electricity_reading', 'std_utilities__gas_reading'], 'takes_anew': ['reading_date']}
) }}

{#- A meter silent for longer than this starts anew: what a reading is measured against is no older. -#}
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
-- A reading that changes also changes what the next one is measured against, and that is never later than a meter is remembered.
affected as (

    {% if var('touched', '') -%}
    select
        groupUniqArray(reading_date) as days, groupUniqArray(toStartOfMonth(reading_date)) as months,
        min(reading_date) as first_day, max(reading_date) as last_day
    from {{ var('touched') }}
    {%- else -%}
    select groupUniqArray(day) as days, groupUniqArray(toStartOfMonth(day)) as months, min(day) as first_day, max(day) as last_day
    from (select distinct reading_date as day from delivered)
    where arrayExists(
        changed -> day between changed and addDays(changed, {{ memory_days }}),
        (select groupUniqArray(day) from ({{ changed_days('reading_date', 'delivered', 'deliveries') }}))
    )
    {%- endif %}

),
{%- endif %}

{%- if var('asked_anew', false) %}
anew as (select arrayJoin(days) as reading_date from affected)

select * from anew
{%- else %}

{% if is_incremental() %}

-- What the readings of these days are measured against: the last one of each meter before them, and those of days between them.
before_them as (

    select
        meter_kind, meter_no, max(reading_date) as read_on, argMax(reading, reading_date) as value
    from {{ this }}
    where
        reading_date between addDays((select first_day from affected), -{{ memory_days }}) and addDays((select first_day from affected), -1)
        and reading is not null
    group by meter_kind, meter_no
    union all
    select meter_kind, meter_no, reading_date as read_on, reading as value
    from {{ this }}
    where
        reading_date between (select first_day from affected) and (select last_day from affected)
        and not has((select days from affected), reading_date)
        and reading is not null

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

    from delivered
    {% if is_incremental() -%}
    where has((select days from affected), reading_date)
    {%- else -%}
    where {{ in_part('cityHash64(meter_no)') }}
    {%- endif %}

),

{% if is_incremental() %}
read_in_order as (

    select meter_kind, meter_no, reading_date, reading, usage, fee, deliveries from versions where recency = 1
    union all
    select
        meter_kind, meter_no, read_on as reading_date, value as reading, null as usage, null as fee, toUInt16(0) as deliveries
    from before_them

),
{% else %}
read_in_order as (

    select * from versions where recency = 1

),
{% endif %}

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

    from read_in_order
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
    where has((select days from affected), reading_date)
    {% endif %}

)

select * from final
{% if is_incremental() and not var('touched', '') -%}
-- The other days of these months stay as they are.
union all
select meter_kind, meter_no, reading_date, reading, usage, fee, quality, deliveries
from {{ this }}
where has((select months from affected), toStartOfMonth(reading_date)) and not has((select days from affected), reading_date)
{%- endif %}
{%- endif %}
