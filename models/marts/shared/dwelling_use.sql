{{ config(materialized='ephemeral') }}
{#-
  One row per assisted dwelling: who has it by contract and what its door and meters say, on the as-of day. Vacancy is
  three separate facts — by contract (002:1927), by doors (003:240), by meters — and never one mixed flag (DESIGN §4).
  Only a dwelling in service can be vacant: one not yet delivered, being repaired or off the list is none of the three.
-#}
with standing as (
    select * from {{ ref('contract_standing') }} as contract_standing
),

contracts as (
    select
        dwelling_id,
        countIf(standing = 'running') as running_contracts,
        countIf(standing = 'upcoming') as upcoming_contracts,
        argMaxIf(contract_no, (starts_on, contract_no), standing = 'running') as running_contract_no,
        minIf(starts_on, standing = 'running') as running_since,
        maxIf(effective_end, standing in ('terminated', 'expired') and starts_on <= {{ as_of() }}) as last_contract_end,
        countIf(standing in ('terminated', 'expired')) as past_contracts,
        arraySort(groupArrayIf(
            (assumeNotNull(starts_on), assumeNotNull(effective_end)),
            standing in ('running', 'terminated', 'expired') and starts_on is not null and effective_end is not null
        )) as let_periods
    from standing
    group by dwelling_id
),

occupants as (
    select occupant.contract_no as contract_no, count() as occupant_count, min(occupant.moved_in_on) as first_moved_in_on
    from {{ ref('contract_occupant') }} as occupant
    where {{ lives_there('occupant') }}
    group by occupant.contract_no
),

-- When somebody lived there under a contract; an open end is the end of time, a beginning that could not be read that of the contract.
occupancy as (
    select
        standing.dwelling_id as dwelling_id,
        arraySort(groupArray(
            (
                assumeNotNull(coalesce(occupant.moved_in_on, standing.starts_on)),
                ifNull(occupant.moved_out_on, toDate32('2299-12-31'))
            )
        )) as occupied_periods
    from {{ ref('contract_occupant') }} as occupant
    inner join standing on standing.contract_no = occupant.contract_no
    where coalesce(occupant.moved_in_on, standing.starts_on) is not null
    group by standing.dwelling_id
),

doors as (
    select
        dwelling_id,
        sum(events) as door_events,
        count() as door_days
    from {{ ref('door_day') }}
    where event_date between {{ window_start(var('vacancy_window_days')) }} and {{ as_of() }} and events > 0
    group by dwelling_id
),

-- Doors that ever told anything: of a dwelling without one, doors say nothing (docs/decisions/0004, J4).
known_doors as (
    select dwelling_id from {{ ref('door_known_month') }} as door_known_month group by dwelling_id
),

meters as (
    select
        meter.dwelling_id as dwelling_id,
        sumIf(meter_day.usage, meter_day.meter_kind = 'water') as water_usage,
        sumIf(meter_day.usage, meter_day.meter_kind = 'electricity') as electricity_usage,
        sumIf(meter_day.usage, meter_day.meter_kind = 'gas') as gas_usage,
        countIf(meter_day.usage is not null) as meter_readings
    from {{ ref('meter_day') }} as meter_day
    inner join {{ ref('meter') }} as meter
        on meter.meter_kind = meter_day.meter_kind and meter.meter_no = meter_day.meter_no
    where meter_day.reading_date between {{ window_start(var('vacancy_window_days')) }} and {{ as_of() }}
    group by meter.dwelling_id
)

select
    dwelling.dwelling_id as dwelling_id,
    dwelling.dwelling_state != 'off' as in_stock,
    ifNull(dwelling.delivered_on <= {{ as_of() }}, 0) and dwelling.dwelling_state not in ('repair', 'off') as in_service,
    contracts.running_contracts as running_contracts,
    contracts.running_contract_no as running_contract_no,
    contracts.running_contracts > 0 as is_let,
    if(is_let, contracts.running_since, null) as running_since,
    is_let or contracts.upcoming_contracts > 0 or dwelling.dwelling_state = 'reserved' as is_allocated,
    is_let and occupants.occupant_count > 0 as is_occupied,
    occupants.occupant_count as occupant_count,
    contracts.let_periods as let_periods,
    occupancy.occupied_periods as occupied_periods,
    if(occupants.occupant_count > 0, occupants.first_moved_in_on, null) as moved_in_on,
    if(contracts.past_contracts > 0, contracts.last_contract_end, null) as last_contract_end,
    known_doors.dwelling_id != '' as has_doors,
    doors.door_events as door_events,
    doors.door_days as door_days,
    meters.meter_readings as meter_readings,
    ifNull(meters.water_usage, 0) as water_usage,
    ifNull(meters.electricity_usage, 0) as electricity_usage,
    ifNull(meters.gas_usage, 0) as gas_usage,
    water_usage > {{ var('vacancy_water_m3') }}
        or electricity_usage > {{ var('vacancy_electricity_kwh') }}
        or gas_usage > {{ var('vacancy_gas_m3') }} as meters_moved,
    in_service and not is_let as vacant_by_contract,
    in_service and has_doors and doors.door_events = 0 as vacant_by_doors,
    in_service and meters.meter_readings > 0 and not meters_moved as vacant_by_meters,
    if(vacant_by_contract, coalesce(addDays(last_contract_end, 1), dwelling.delivered_on), null) as vacant_since,
    if(vacant_since is null, 0, dateDiff('day', vacant_since, {{ as_of() }}) + 1) as vacancy_days
from {{ ref('dwelling') }} as dwelling
left join contracts on contracts.dwelling_id = dwelling.dwelling_id
left join occupants on occupants.contract_no = contracts.running_contract_no
left join occupancy on occupancy.dwelling_id = dwelling.dwelling_id
left join doors on doors.dwelling_id = dwelling.dwelling_id
left join known_doors on known_doors.dwelling_id = dwelling.dwelling_id
left join meters on meters.dwelling_id = dwelling.dwelling_id
