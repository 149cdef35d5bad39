{{ config(
    schema='mart_supply', alias='project', materialized='table', engine='MergeTree()',
    order_by=['district_code', 'street_code', 'community_code', 'project_id']
) }}
{#- One row per housing project with its stock counted (M01, M06, M10-M18, M25): investment is yuan, area square metres. -#}
with stock as (
    select
        dwelling.project_id as project_id,
        countIf(dwelling_let.in_stock) as dwelling_count,
        countIf(dwelling_let.in_service) as in_service_count,
        countIf(dwelling_let.is_allocated) as allocated_count,
        countIf(dwelling_let.is_let) as let_count,
        countIf(dwelling_let.is_occupied) as occupied_count,
        countIf(dwelling_let.vacant_by_contract) as vacant_by_contract_count,
        min(dwelling.standard_rent) as lowest_rent,
        max(dwelling.standard_rent) as highest_rent
    from {{ ref('dwelling') }} as dwelling
    inner join {{ ref('dwelling_let') }} as dwelling_let on dwelling_let.dwelling_id = dwelling.dwelling_id
    group by dwelling.project_id
)

select
    {{ project_columns('project') }},
    {{ division_columns('project') }},
    project.project_state as project_state,
    project.sourcing_kind as sourcing_kind,
    project.address as address,
    {{ operator_columns('enterprise') }},
    builder.enterprise_name as builder_name,
    project.plan_year as plan_year,
    project.planned_dwellings as planned_dwellings,
    project.floor_area as floor_area,
    project.planned_investment as planned_investment,
    project.actual_investment as actual_investment,
    project.planned_start_on as planned_start_on,
    project.started_on as started_on,
    project.planned_completion_on as planned_completion_on,
    project.completed_on as completed_on,
    ifNull(project.started_on <= {{ as_of() }}, 0) as is_started,
    ifNull(project.completed_on <= {{ as_of() }}, 0) as is_completed,
    project.project_state = 'in_use' as is_in_use,
    not is_completed and ifNull(project.planned_completion_on < {{ as_of() }}, 0) as is_late,
    multiIf(
        project.planned_completion_on is null, null,
        is_completed, dateDiff('day', project.planned_completion_on, project.completed_on),
        is_late, dateDiff('day', project.planned_completion_on, {{ as_of() }}),
        null
    ) as days_late,
    ifNull(project.planned_investment, 0) - ifNull(project.actual_investment, 0) as investment_open,
    stock.dwelling_count as dwelling_count,
    stock.in_service_count as in_service_count,
    stock.allocated_count as allocated_count,
    stock.let_count as let_count,
    stock.occupied_count as occupied_count,
    stock.vacant_by_contract_count as vacant_by_contract_count,
    stock.lowest_rent as lowest_rent,
    stock.highest_rent as highest_rent,
    {{ as_of() }} as as_of
from {{ ref('project') }} as project
left join stock on stock.project_id = project.project_id
left join {{ ref('enterprise') }} as enterprise on enterprise.enterprise_id = project.enterprise_id
left join {{ ref('enterprise') }} as builder on builder.enterprise_id = project.builder_enterprise_id
