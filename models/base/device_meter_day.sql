{{ config(materialized='table', order_by=['meter_kind', 'device_id', 'reading_date']) }}

{#-
  Validation, estimation and editing of registers (VEE). What the meter said stays in `reading` and `usage`; what we think stands
  in `estimated_usage`, `estimated_reading`. The parts of a gap add up to the difference measured over it.
-#}

{#- A meter silent for longer starts anew, as in meter_day. -#}
{% set memory_days = 28 %}
{#- A register that does not move for so many days, on a meter that did move, is stuck. -#}
{% set stuck_days = 7 %}

with

meters as (

    select * from {{ source('devices', 'device') }} where meter_kind != ''

),

-- Registers at instants: the first and last of each day measured, and those written down at an exchange.
registers as (

    select
        days.device_id as device_id,
        days.period as reading_date,
        point.1 as value,
        point.2 as at,
        point.3 as readings,
        point.4 as ahead,
        false as is_exchange

    from {{ source('devices', 'device_day') }} as days final
    inner join meters on days.device_id = meters.device_id and days.property = meters.register
    array join [
        (days.first, days.first_time, days.readings, days.ahead),
        (days.last, days.last_time, toUInt64(0), toUInt64(0))
    ] as point

    union all

    select
        meters.device_id as device_id,
        toDate(toTimeZone(at, 'Asia/Shanghai')) as reading_date,
        assumeNotNull(exchange.1) as value,
        assumeNotNull(exchange.2) as at,
        toUInt64(0) as readings,
        toUInt64(0) as ahead,
        true as is_exchange

    from meters
    array join [(meters.opening_reading, meters.opened_at), (meters.closing_reading, meters.closed_at)] as exchange
    where exchange.2 is not null

),

daily as (

    select
        device_id,
        reading_date,
        toNullable(argMin(value, at)) as first,
        toNullable(argMax(value, at)) as reading,
        sum(readings) as readings,
        sum(ahead) as ahead,
        max(is_exchange) as is_exchange

    from registers
    group by device_id, reading_date

),

sequenced as (

    select
        *,
        lagInFrame(reading) over before as register_before,
        lagInFrame(toNullable(reading_date)) over before as date_before

    from daily
    window before as (
        partition by device_id order by reading_date rows between unbounded preceding and unbounded following
    )

),

measured as (

    select
        meters.meter_kind as meter_kind,
        meters.meter_no as meter_no,
        meters.house_code as house_code,
        meters.most_per_day as most_per_day,
        meters.capacity as capacity,
        sequenced.* except (register_before, date_before),
        dateDiff('day', date_before, reading_date) <= {{ memory_days }} as is_remembered,
        assumeNotNull(if(is_remembered, dateDiff('day', date_before, reading_date), 1)) as days,
        -- The first day is measured from its own first reading.
        if(is_remembered, register_before, first) as previous,
        previous > reading and previous >= capacity * 9 / 10 and reading <= capacity / 10 as is_rollover,
        multiIf(is_rollover, capacity - previous + reading, reading >= previous, reading - previous, null) as difference,
        difference / days > most_per_day as is_spike,
        if(difference is null or is_spike, null, toDecimal64(difference / days, 6)) as sound_per_day

    from sequenced
    inner join meters on sequenced.device_id = meters.device_id

),

-- Runs of days on which the register stood still: `moves` is the same for all days of one run.
counted as (

    select
        *,
        sum(coalesce(difference, 1) != 0) over (partition by device_id order by reading_date) as moves,
        sum(sound_per_day) over lately as lately_used,
        count(sound_per_day) over lately as lately_days,
        sum(sound_per_day > 0) over lately as lately_moved

    from measured
    window lately as (
        partition by device_id order by reading_date rows between {{ memory_days }} preceding and 1 preceding
    )

),

judged as (

    select
        *,
        count() over (partition by device_id, moves order by reading_date) - (moves > 0) as still_days,
        if(lately_days = 0, null, toDecimal64(lately_used / lately_days, 6)) as typical,
        arrayFilter(
            flag -> flag != '',
            [
                if(difference is null, 'negative', ''),
                if(is_spike, 'spike', ''),
                if(difference = 0 and still_days >= {{ stuck_days }} and moves > 0, 'stuck', ''),
                if(is_rollover, 'rollover', ''),
                if(is_exchange, 'exchange', ''),
                if(days > 1, 'gap', ''),
                if(ahead > 0, 'clock_ahead', '')
            ]
        ) as flags

    from counted

),

-- A gap becomes the days it is made of; the last is the day of the reading.
spread as (

    select
        *,
        coalesce(sound_per_day, typical) as per_day,
        day

    from judged
    array join range(1, toUInt16(days) + 1) as day

),

final as (

    select
        meter_kind,
        meter_no,
        device_id,
        house_code,
        toDate(reading_date - days + day) as reading_date,
        if(day = days, reading, null) as reading,
        if(day = days and days = 1 and not coalesce(is_spike, false), difference, null) as usage,
        multiIf(
            usage is not null, null,
            sound_per_day is null or day < days, per_day,
            difference - per_day * (days - 1)
        ) as estimated_usage,
        if(day < days, toDecimal64(previous + per_day * day - if(is_rollover and previous + per_day * day >= capacity, capacity, 0), 6), null)
            as estimated_reading,
        if(day = days, if(empty(flags), ['ok'], flags), ['missing']) as flags,
        flags[1] as quality,
        if(day = days, readings, 0) as readings

    from spread

)

select
    meter_kind, meter_no, device_id, house_code, reading_date,
    cast(reading, 'Nullable(Decimal(18, 6))') as reading,
    cast(usage, 'Nullable(Decimal(18, 6))') as usage,
    cast(estimated_usage, 'Nullable(Decimal(18, 6))') as estimated_usage,
    cast(estimated_reading, 'Nullable(Decimal(18, 6))') as estimated_reading,
    quality, flags, toUInt64(readings) as readings
from final
