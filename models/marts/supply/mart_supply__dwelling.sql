{{ config(
    schema='mart_supply', alias='dwelling', materialized='table', engine='MergeTree()',
    order_by=['district_code', 'street_code', 'community_code', 'dwelling_id']
) }}
{#- 供应信息库 (002:9922-9940): one row per assisted dwelling, as it stands on the as-of day. -#}
with staying as (
    select contract.dwelling_id as dwelling_id, count() as people
    from {{ ref('contract_occupant') }} as occupant
    inner join {{ ref('contract_standing') }} as contract on contract.contract_no = occupant.contract_no
    where contract.standing in ('terminated', 'expired') and {{ lives_there('occupant') }}
    group by contract.dwelling_id
)

select
    {{ dwelling_columns('dwelling') }},
    dwelling.real_estate_unit_code as real_estate_unit_code,
    {{ operator_columns('enterprise') }},
    enterprise.enterprise_name as supplier_name,
    enterprise.enterprise_kind as supplier_kind,
    enterprise.phone as supplier_phone,
    dwelling.address as address,
    dwelling.layout_code as layout_code,
    dwelling.structure_code as structure_code,
    dwelling.floor_area as floor_area,
    dwelling.dwelling_state as dwelling_state,
    project.project_state as project_state,
    dwelling.standard_rent as standard_rent,
    dwelling.delivered_on as published_on,
    dwelling_use.in_stock as in_stock,
    dwelling_use.in_service as in_service,
    dwelling_use.is_allocated as is_allocated,
    dwelling_use.is_let as is_let,
    dwelling_use.is_occupied as is_occupied,
    dwelling_use.occupant_count as occupant_count,
    -- First and last day of each contract, and of each stay: how the dwelling stood on a past day (metrics' as_of_filter).
    dwelling_use.let_periods as let_periods,
    dwelling_use.occupied_periods as occupied_periods,
    dwelling_use.running_contract_no as contract_no,
    dwelling_use.vacant_by_contract as vacant_by_contract,
    dwelling_use.vacant_by_doors as vacant_by_doors,
    dwelling_use.vacant_by_meters as vacant_by_meters,
    dwelling_use.door_events as door_events,
    dwelling_use.meter_readings as meter_readings,
    dwelling_use.water_usage as water_usage,
    dwelling_use.electricity_usage as electricity_usage,
    dwelling_use.gas_usage as gas_usage,
    dwelling_use.vacant_since as vacant_since,
    dwelling_use.vacancy_days as vacancy_days,
    multiIf(
        not dwelling_use.vacant_by_contract, 'none',
        vacancy_days > {{ var('long_vacancy_days') }}, 'long',
        'short'
    ) as vacancy_class,
    dwelling_use.in_service and not dwelling_use.is_allocated as is_available,
    -- 003:610: in use and in order, in use with rent owed, still in use after the contract, idle.
    multiIf(
        not dwelling_use.in_stock, 'none',
        dwelling_use.is_let and contract_arrears.overdue_amount > 0, 'arrears',
        dwelling_use.is_let, 'normal',
        staying.people > 0, 'overdue',
        'idle'
    ) as use_class,
    {{ as_of() }} as as_of
from {{ ref('dwelling') }} as dwelling
inner join {{ ref('dwelling_use') }} as dwelling_use on dwelling_use.dwelling_id = dwelling.dwelling_id
left join {{ ref('project') }} as project on project.project_id = dwelling.project_id
left join {{ ref('enterprise') }} as enterprise on enterprise.enterprise_id = dwelling.enterprise_id
left join {{ ref('contract_arrears') }} as contract_arrears
    on contract_arrears.contract_no = dwelling_use.running_contract_no and dwelling_use.running_contract_no != ''
left join staying on staying.dwelling_id = dwelling.dwelling_id
