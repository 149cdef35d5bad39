{{ config(materialized='ephemeral') }}
{#-
  One row per assisted dwelling: who has it by contract and what its door and meters say, on the as-of day. Vacancy is
  three separate facts — by contract (002:1927), by doors (003:240), by meters — and never one mixed flag (DESIGN §4).
  Only a dwelling in service can be vacant: one not yet delivered, being repaired or off the list is none of the three.
-#}
with doors as (
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
    {% set watched %}reading_date between {{ window_start(var('vacancy_window_days')) }} and {{ as_of() }}{% endset -%}
    {{ metered_dwellings(watched) }}
)

select
    dwelling_let.dwelling_id as dwelling_id,
    dwelling_let.in_stock as in_stock,
    dwelling_let.in_service as in_service,
    dwelling_let.running_contracts as running_contracts,
    dwelling_let.running_contract_no as running_contract_no,
    dwelling_let.is_let as is_let,
    dwelling_let.running_since as running_since,
    dwelling_let.is_allocated as is_allocated,
    dwelling_let.is_occupied as is_occupied,
    dwelling_let.occupant_count as occupant_count,
    dwelling_let.let_periods as let_periods,
    dwelling_let.occupied_periods as occupied_periods,
    dwelling_let.moved_in_on as moved_in_on,
    dwelling_let.last_contract_end as last_contract_end,
    dwelling_let.vacant_by_contract as vacant_by_contract,
    dwelling_let.vacant_since as vacant_since,
    dwelling_let.vacancy_days as vacancy_days,
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
    dwelling_let.in_service and has_doors and doors.door_events = 0 as vacant_by_doors,
    dwelling_let.in_service and meters.meter_readings > 0 and not meters_moved as vacant_by_meters
from {{ ref('dwelling_let') }} as dwelling_let
left join doors on doors.dwelling_id = dwelling_let.dwelling_id
left join known_doors on known_doors.dwelling_id = dwelling_let.dwelling_id
left join meters on meters.dwelling_id = dwelling_let.dwelling_id
