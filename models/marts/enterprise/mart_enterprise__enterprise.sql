{{ config(
    schema='mart_enterprise', alias='enterprise', materialized='table', engine='MergeTree()',
    order_by=['district_code', 'enterprise_id']
) }}
{#- One row per enterprise of the sector (002:3359, 002:1733): what the registry says of it, and the projects and dwellings it builds or runs. -#}
with run_projects as (
    select
        project.enterprise_id as enterprise_id,
        count() as projects,
        countIf(project.completed_on is null and project.planned_completion_on < {{ as_of() }}) as late_projects
    from {{ ref('project') }} as project
    where project.enterprise_id != ''
    group by project.enterprise_id
),

run_dwellings as (
    select dwelling.enterprise_id as enterprise_id, count() as dwellings
    from {{ ref('dwelling') }} as dwelling
    where dwelling.enterprise_id != '' and dwelling.dwelling_state != 'off'
    group by dwelling.enterprise_id
)

select
    {{ operator_columns('enterprise') }},
    enterprise.credit_code as credit_code,
    {{ division_columns('division') }},
    enterprise.enterprise_kind as enterprise_kind,
    enterprise.enterprise_state as enterprise_state,
    enterprise.legal_representative as legal_representative,
    if(enterprise.legal_representative != '', '法定代表人', '') as position_zh,
    enterprise.phone as phone,
    enterprise.licences as licences,
    enterprise.business_scope as business_scope,
    enterprise.registered_capital as registered_capital,
    enterprise.founded_on as founded_on,
    enterprise.is_builder as is_builder,
    enterprise.is_operator as is_operator,
    enterprise.enterprise_state in ('active', '') as is_active,
    run_projects.projects as projects,
    run_projects.late_projects as late_projects,
    run_dwellings.dwellings as dwellings
from {{ ref('enterprise') }} as enterprise
left join {{ ref('division') }} as division on division.division_code = enterprise.registered_division_code
left join run_projects on run_projects.enterprise_id = enterprise.enterprise_id
left join run_dwellings on run_dwellings.enterprise_id = enterprise.enterprise_id
where enterprise.is_builder = 1 or enterprise.is_operator = 1
    or (enterprise.enterprise_kind not in ('', 'employer', 'other') and enterprise.is_registered = 1)
