{{ config(materialized='ephemeral') }}
{#-
  One row per assisted dwelling: what its door and meters say of the last `vacancy_window_days` watched days (003:240 "one month
  or more"). A public holiday and a day on which its household is away with notice are not watched; the window reaches as far
  back as it must, at most `presence_reach_days`. Rules of alert read this; vacancy by doors and meters as metrics count it stays with
  calendar days (`dwelling_use`).
-#}
with days_back as (
    select arrayFilter(
        day -> not has((select groupArray(day) from {{ ref('holiday') }}), day),
        arrayMap(n -> subtractDays({{ as_of() }}, n), range({{ var('presence_reach_days') }}))
    ) as days
),

-- The latest first; the same for every dwelling whose household told nothing.
usual_window as (
    select arraySlice(days, 1, {{ var('vacancy_window_days') }}) as days from days_back
),

absences as (
    select
        absence.dwelling_id as dwelling_id,
        groupUniqArrayArray(arrayMap(
            n -> subtractDays({{ as_of() }}, n),
            range(
                toUInt32(greatest(dateDiff('day', absence.absent_until, {{ as_of() }}), 0)),
                toUInt32(greatest(least(dateDiff('day', absence.absent_from, {{ as_of() }}) + 1, {{ var('presence_reach_days') }}), 0))
            )
        )) as days
    from {{ ref('household_absence') }} as absence
    where absence.dwelling_id != ''
    group by absence.dwelling_id
),

own_window as (
    select
        dwelling_id,
        length(absences.days) as absent_days,
        has(absences.days, {{ as_of() }}) as is_absent,
        arraySlice(
            arrayFilter(day -> not has(absences.days, day), (select days from days_back)), 1, {{ var('vacancy_window_days') }}
        ) as days
    from absences
),

reach as (
    -- No window of its own: nothing to reach further back for.
    select ifNull(least(usual_window.days[-1], (select minOrNull(days[-1]) from own_window where notEmpty(days))), usual_window.days[-1]) as first_day
    from usual_window
),

doors as (
    select
        dwelling_id,
        sum(events) as door_events,
        count() as door_days,
        countIf(stranger_events > 0) as stranger_days,
        -- Of the days on which the door told anything: of the others nobody knows who came.
        {{ ratio('countIf(stranger_events > 0)', 'count()') }} as stranger_day_share,
        {{ ratio('sum(stranger_events)', 'sum(events)') }} as stranger_share
    from {{ ref('door_day') }}
    where event_date between (select first_day from reach) and {{ as_of() }} and events > 0
        and if(
            dwelling_id in (select dwelling_id from own_window),
            (dwelling_id, event_date) in (select dwelling_id, toDate(arrayJoin(days)) from own_window),
            event_date in (select toDate(arrayJoin(days)) from usual_window)
        )
    group by dwelling_id
),

own_meters as (
    select meter.meter_kind as meter_kind, meter.meter_no as meter_no, own_window.days as days
    from {{ ref('meter') }} as meter
    inner join own_window on own_window.dwelling_id = meter.dwelling_id
),

meters as (
    {% set watched -%}
        reading_date between (select first_day from reach) and {{ as_of() }}
        and if(
            (meter_kind, meter_no) in (select meter_kind, meter_no from own_meters),
            (meter_kind, meter_no, reading_date) in (select meter_kind, meter_no, toDate(arrayJoin(days)) from own_meters),
            reading_date in (select toDate(arrayJoin(days)) from usual_window)
        )
    {%- endset -%}
    {{ metered_dwellings(watched) }}
)

select
    dwelling.dwelling_id as dwelling_id,
    if(own_window.dwelling_id = '', (select days from usual_window), own_window.days) as days,
    length(days) as watched_days,
    if(empty(days), {{ as_of() }}, days[-1]) as window_from,
    own_window.absent_days as absent_days,
    own_window.is_absent as is_absent,
    doors.door_events as door_events,
    doors.door_days as door_days,
    doors.stranger_days as stranger_days,
    doors.stranger_day_share as stranger_day_share,
    doors.stranger_share as stranger_share,
    meters.meter_readings as meter_readings,
    ifNull(meters.water_usage, 0) as water_usage,
    ifNull(meters.electricity_usage, 0) as electricity_usage,
    ifNull(meters.gas_usage, 0) as gas_usage,
    water_usage > {{ var('vacancy_water_m3') }} as water_moved,
    electricity_usage > {{ var('vacancy_electricity_kwh') }} as electricity_moved,
    gas_usage > {{ var('vacancy_gas_m3') }} as gas_moved,
    water_moved or electricity_moved or gas_moved as meters_moved,
    -- A kind that was not read is not silent; one that moved was read.
    meters.meter_kinds - water_moved - electricity_moved - gas_moved as silent_meter_kinds
from {{ ref('dwelling') }} as dwelling
left join own_window on own_window.dwelling_id = dwelling.dwelling_id
left join doors on doors.dwelling_id = dwelling.dwelling_id
left join meters on meters.dwelling_id = dwelling.dwelling_id
