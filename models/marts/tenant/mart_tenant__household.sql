{{ config(
    schema='mart_tenant', alias='household', materialized='table', engine='MergeTree()',
    order_by=['district_code', 'street_code', 'household_key']
) }}
{#-
  One row per household that is guaranteed on the as-of day (M155, M156, M166; 003:132, 003:296): it rents an assisted
  dwelling under a running contract, or it was paid rent subsidy within the last months. Both at once is `form = 'both'`.
-#}
with renting as (
    select
        multiIf(
            contract.household_id != '', contract.household_id,
            contract.tenant_person_id != '', contract.tenant_person_id,
            contract.contract_no
        ) as household_key,
        count() as contracts,
        argMax(contract.contract_no, (contract.starts_on, contract.contract_no)) as contract_no,
        argMax(contract.dwelling_id, (contract.starts_on, contract.contract_no)) as dwelling_id,
        min(contract.starts_on) as renting_since,
        sum(contract.monthly_rent) as monthly_rent
    from {{ ref('contract_standing') }} as contract
    where contract.standing = 'running'
    group by household_key
),

subsidised as (
    select household_id as household_key, monthly_subsidy from {{ ref('subsidised_household') }} as subsidised_household
),

guaranteed as (
    select household_key from renting
    union distinct
    select household_key from subsidised
),

members as (
    select household_id, toUInt32(uniqExact(member_no)) as members
    from {{ ref('household_member') }}
    group by household_id
)

select
    guaranteed.household_key as household_key,
    application.household_id as household_id,
    application.application_no as application_no,
    multiIf(
        renting.household_key != '' and subsidised.household_key != '', 'both',
        renting.household_key != '', 'in_kind',
        'subsidy'
    ) as form,
    {{ dwelling_or_application_columns('dwelling', 'application') }},
    {{ project_columns('dwelling') }},
    dwelling.dwelling_id as dwelling_id,
    dwelling.house_code as house_code,
    renting.contract_no as contract_no,
    renting.contracts as contracts,
    if(renting.household_key != '', renting.renting_since, null) as renting_since,
    renting.monthly_rent as monthly_rent,
    subsidised.monthly_subsidy as monthly_subsidy,
    application.applicant_group as applicant_group,
    application.annual_income as annual_income,
    greatest(members.members, 1) as persons,
    {{ as_of() }} as as_of
from guaranteed
left join renting on renting.household_key = guaranteed.household_key
left join subsidised on subsidised.household_key = guaranteed.household_key
left join {{ ref('application') }} as application on application.household_id = guaranteed.household_key
left join members on members.household_id = guaranteed.household_key
left join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = renting.dwelling_id
