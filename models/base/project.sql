{{ config(materialized='table', order_by=['project_id']) }}

with

projects as (

    select * from {{ ref('std_operations__project') }} where is_current = 1

),

divisions as (

    select * from {{ ref('division') }}

),

final as (

    select
        projects.project_no as project_id,
        projects.project_name as project_name,
        projects.project_kind as project_kind,
        projects.allocation_kind as allocation_kind,
        projects.sourcing_kind as sourcing_kind,
        projects.project_state as project_state,
        {{ enterprise_id('projects.operator_credit_code') }} as enterprise_id,
        {{ enterprise_id('projects.builder_credit_code') }} as builder_enterprise_id,
        projects.operator_credit_code as operator_credit_code,
        projects.builder_credit_code as builder_credit_code,
        {{ division_columns('divisions') }},
        projects.address as address,
        projects.planned_dwellings as planned_dwellings,
        projects.floor_area as floor_area,
        projects.planned_investment as planned_investment,
        projects.actual_investment as actual_investment,
        projects.plan_year as plan_year,
        projects.planned_start_on as planned_start_on,
        projects.started_on as started_on,
        projects.planned_completion_on as planned_completion_on,
        projects.completed_on as completed_on,
        projects.approval_no as approval_no,
        projects.approval_valid_until as approval_valid_until

    from projects
    left join divisions on projects.community_code = divisions.division_code

)

select * from final
