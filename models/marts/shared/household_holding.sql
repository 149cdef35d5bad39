{{ config(materialized='ephemeral') }}
{#-
  One row per household that has a dwelling or a subsidy on the as-of day (在保): which, since when, under which programme (保障项目), and where. Whom
  supervision watches, and whom a poll asks about, be it for a day in the past.
-#}
with standing as (
    select * from {{ ref('contract_standing') }} as contract_standing where standing = 'running' and household_id != ''
),

lets as (
    select
        standing.household_id as household_id,
        max(standing.contract_no) as contract_no,
        argMax(standing.dwelling_id, standing.contract_no) as dwelling_id,
        argMax(standing.tenant_person_id, standing.contract_no) as tenant_person_id,
        min(standing.starts_on) as let_since
    from standing
    group by standing.household_id
),

subsidised as (
    select household_id
    from {{ ref('subsidy_payment') }}
    where household_id != '' and has_due = 1 and subsidy_month <= {{ as_of() }}
        and subsidy_month > addMonths(toStartOfMonth({{ as_of() }}), -{{ var('current_subsidy_months') }})
    group by household_id
    having sum(amount_paid) > 0
),

present as (
    select household_id from lets
    union distinct
    select household_id from subsidised
)

select
    present.household_id as household_id,
    lets.contract_no as contract_no,
    lets.dwelling_id as dwelling_id,
    lets.tenant_person_id as tenant_person_id,
    lets.let_since as let_since,
    toUInt8(subsidised.household_id != '') as has_subsidy,
    multiIf(dwelling.project_kind != '', dwelling.project_kind, subsidised.household_id != '', 'subsidy', '') as programme,
    dwelling.house_code as house_code,
    application.guarantee_form as form,
    {{ dwelling_or_application_columns('dwelling', 'application') }}
from present
left join lets on lets.household_id = present.household_id
left join subsidised on subsidised.household_id = present.household_id
left join {{ ref('application') }} as application on application.household_id = present.household_id
left join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = lets.dwelling_id and lets.dwelling_id != ''
