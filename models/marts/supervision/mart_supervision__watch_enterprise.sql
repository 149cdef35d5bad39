{{ config(
    schema='mart_supervision', alias='watch_enterprise', materialized='table', engine='MergeTree()', order_by=['object_key']
) }}
{#- One row per enterprise that builds or runs housing (AL35-AL40, AL66): what its projects show. It is placed where most of its dwellings are. Shares are 0 to 1, ratings 1 to 5. -#}
with dwellings as (
    select
        enterprise_id,
        sum(in_service) as in_service_count,
        sum(vacant) as vacant_count,
        -- Of two with as many, the one of the smaller number: not the one that was read first today.
        argMin(project_id, (-toInt64(dwellings), project_id)) as project_id
    from (
        select
            dwelling.enterprise_id as enterprise_id,
            dwelling.project_id as project_id,
            count() as dwellings,
            countIf(dwelling_let.in_service) as in_service,
            countIf(dwelling_let.vacant_by_contract) as vacant
        from {{ ref('dwelling') }} as dwelling
        inner join {{ ref('dwelling_let') }} as dwelling_let on dwelling_let.dwelling_id = dwelling.dwelling_id
        where dwelling.enterprise_id != ''
        group by enterprise_id, project_id
    )
    group by enterprise_id
),

projects as (
    select
        enterprise_id,
        min(project_id) as first_project_id,
        count() as projects,
        countIf(planned_completion_on < {{ as_of() }} and (completed_on is null or completed_on > {{ as_of() }})) as late_projects
    from (
        select enterprise_id, project_id, planned_completion_on, completed_on from {{ ref('project') }} where enterprise_id != ''
        union distinct
        select builder_enterprise_id as enterprise_id, project_id, planned_completion_on, completed_on from {{ ref('project') }} where builder_enterprise_id != ''
    )
    group by enterprise_id
),

repairs as (
    select
        project.enterprise_id as enterprise_id,
        count() as repairs_180,
        countIf(ifNull(repair.due_at < repair.finished_at, 0)
            or (repair.finished_at is null and toDate32(repair.due_at, 'Asia/Shanghai') < {{ as_of() }} and repair.repair_state != 'cancelled')) as late_repairs,
        sumIf(toFloat64OrZero(repair.rating), repair.rating != '') as rating_sum,
        countIf(repair.rating != '') as ratings
    from {{ ref('repair') }} as repair
    inner join {{ ref('project') }} as project on project.project_id = repair.project_id
    where repair.reported_on between subtractDays({{ as_of() }}, 179) and {{ as_of() }}
    group by project.enterprise_id
),

complaints as (
    select
        project.enterprise_id as enterprise_id,
        count() as complaints_180,
        countIf(complaint.complaint_kind = 'safety') as safety_complaints_180
    from {{ ref('complaint') }} as complaint
    inner join {{ ref('project') }} as project on project.project_id = complaint.project_id
    where complaint.complained_on between subtractDays({{ as_of() }}, 179) and {{ as_of() }}
    group by project.enterprise_id
),

blocked as (
    select buyer_enterprise_id as enterprise_id, count() as blocked_demands_365
    from {{ ref('purchase_demand') }}
    where demand_state = 'blocked' and published_on > subtractDays({{ as_of() }}, 365) and published_on <= {{ as_of() }}
    group by buyer_enterprise_id
)

select
    enterprise.enterprise_id as object_key,
    '' as person_id,
    '' as household_id,
    '' as contract_no,
    enterprise.enterprise_id as enterprise_id,
    {{ no_dwelling_columns() }},
    {{ project_columns('project') }},
    {{ division_columns('project') }},
    enterprise.enterprise_kind as enterprise_kind,
    enterprise.enterprise_state as enterprise_state,
    enterprise.is_registered as is_registered,
    projects.projects as projects,
    projects.late_projects as late_projects,
    dwellings.in_service_count as in_service_count,
    {{ ratio('dwellings.vacant_count', 'dwellings.in_service_count') }} as vacancy_rate,
    repairs.repairs_180 as repairs_180,
    {{ ratio('repairs.late_repairs', 'repairs.repairs_180') }} as late_repair_share,
    repairs.ratings as ratings,
    {{ ratio('repairs.rating_sum', 'repairs.ratings') }} as rating,
    complaints.complaints_180 as complaints_180,
    complaints.safety_complaints_180 as safety_complaints_180,
    {{ ratio('100 * complaints.complaints_180', 'dwellings.in_service_count') }} as complaints_per_100,
    blocked.blocked_demands_365 as blocked_demands_365
from {{ ref('enterprise') }} as enterprise
left join dwellings on dwellings.enterprise_id = enterprise.enterprise_id
left join projects on projects.enterprise_id = enterprise.enterprise_id
left join repairs on repairs.enterprise_id = enterprise.enterprise_id
left join complaints on complaints.enterprise_id = enterprise.enterprise_id
left join blocked on blocked.enterprise_id = enterprise.enterprise_id
left join {{ ref('project') }} as project
    on project.project_id = if(dwellings.project_id != '', dwellings.project_id, projects.first_project_id)
where projects.projects > 0 or dwellings.in_service_count > 0
