{{ config(
    schema='mart_supervision', alias='watch_project', materialized='table', engine='MergeTree()', order_by=['object_key']
) }}
{#- One row per housing project that rules of alert look at (AL01-AL05, AL18, AL53, AL90, AL91, AL113): progress against plan, money, letting, service. Shares are 0 to 1. -#}
with stock as (
    select
        dwelling.project_id as project_id,
        countIf(dwelling_let.in_service) as in_service_count,
        countIf(dwelling_let.is_let) as let_count,
        countIf(dwelling_let.vacant_by_contract) as vacant_count
    from {{ ref('dwelling') }} as dwelling
    inner join {{ ref('dwelling_let') }} as dwelling_let on dwelling_let.dwelling_id = dwelling.dwelling_id
    group by dwelling.project_id
),

rents as (
    select
        dwelling.project_id as project_id,
        sum(least(rent.amount_paid, rent.amount_due)) as paid,
        sum(rent.amount_due) as due
    from {{ ref('rent_standing') }} as rent
    inner join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = rent.dwelling_id
    where rent.rent_month > addMonths({{ as_of() }}, -3)
    group by dwelling.project_id
),

repairs as (
    select
        project_id,
        countIf(repair_kind in ('elevator', 'gas', 'electricity') and not is_done and repair_state != 'cancelled') as open_safety_repairs,
        countIf(ifNull(due_at < finished_at, 0) or (finished_at is null and toDate32(due_at, 'Asia/Shanghai') < {{ as_of() }} and repair_state != 'cancelled')) as late_repairs,
        count() as repairs
    from {{ ref('repair') }}
    where reported_on between subtractDays({{ as_of() }}, 179) and {{ as_of() }}
    group by project_id
),

complaints as (
    select project_id, count() as complaints_180
    from {{ ref('complaint') }}
    where complained_on between subtractDays({{ as_of() }}, 179) and {{ as_of() }}
    group by project_id
),

-- Months a compound reported energy for, of the last three that are over; only of those that report at all.
reports as (
    select
        project_id,
        3 - uniqExactIf(energy_month, energy_month >= addMonths(toStartOfMonth(addDays({{ as_of() }}, 1)), -3)) as months_missing
    from {{ ref('energy_month') }}
    where energy_month < toStartOfMonth(addDays({{ as_of() }}, 1))
    group by project_id
    having min(energy_month) <= addMonths(toStartOfMonth(addDays({{ as_of() }}, 1)), -3)
)

select
    project.project_id as object_key,
    '' as person_id,
    '' as household_id,
    '' as contract_no,
    project.enterprise_id as enterprise_id,
    {{ no_dwelling_columns() }},
    {{ project_columns('project') }},
    {{ division_columns('project') }},
    project.project_state as project_state,
    ifNull(project.completed_on <= {{ as_of() }}, 0) as is_completed,
    project.planned_completion_on as planned_completion_on,
    if(project.planned_completion_on is null, null,
        dateDiff('day', project.planned_completion_on, least(ifNull(project.completed_on, {{ as_of() }}), {{ as_of() }}))) as days_behind,
    project.planned_start_on as planned_start_on,
    if(project.planned_start_on is null, null,
        dateDiff('day', project.planned_start_on, least(ifNull(project.started_on, {{ as_of() }}), {{ as_of() }}))) as days_late_to_start,
    {{ ratio('project.actual_investment', 'project.planned_investment') }} as investment_share,
    if(project.approval_valid_until is null, null, dateDiff('day', {{ as_of() }}, project.approval_valid_until)) as approval_days_left,
    stock.in_service_count as in_service_count,
    {{ ratio('stock.vacant_count', 'stock.in_service_count') }} as vacancy_rate,
    {{ ratio('rents.paid', 'rents.due') }} as collection_rate,
    repairs.open_safety_repairs as open_safety_repairs,
    {{ ratio('repairs.late_repairs', 'repairs.repairs') }} as late_repair_share,
    complaints.complaints_180 as complaints_180,
    {{ ratio('100 * complaints.complaints_180', 'stock.in_service_count') }} as complaints_per_100,
    if(reports.project_id = '', null, reports.months_missing) as energy_months_missing
from {{ ref('project') }} as project
left join stock on stock.project_id = project.project_id
left join rents on rents.project_id = project.project_id
left join repairs on repairs.project_id = project.project_id
left join complaints on complaints.project_id = project.project_id
left join reports on reports.project_id = project.project_id
