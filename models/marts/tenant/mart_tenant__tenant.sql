{{ config(
    schema='mart_tenant', alias='tenant', materialized='table', engine='MergeTree()',
    order_by=['district_code', 'street_code', 'community_code', 'contract_no']
) }}
{#- 承租人信息库 (002:9877-9893): one row per tenant of a contract; a person with two contracts has two rows. -#}
select
    contract.contract_no as contract_no,
    if(contract.tenant_person_id != '', contract.tenant_person_id, contract.contract_no) as tenant_key,
    contract.tenant_person_id as tenant_person_id,
    contract.household_id as household_id,
    if(person.person_name != '', person.person_name, contract.tenant_name) as tenant_name,
    contract.tenant_id_number as tenant_id_number,
    if(contract.phone != '', contract.phone, person.phone) as phone,
    person.sex_code as sex_code,
    person.birth_date as birth_date,
    age('year', person.birth_date, {{ as_of() }}) as age_years,
    multiIf(
        age_years is null, 'unknown',
        age_years < 25, 'under_25',
        age_years < 35, '25_34',
        age_years < 45, '35_44',
        age_years < 60, '45_59',
        '60_over'
    ) as age_class,
    person.local_register as local_register,
    person.register_address as home_address,
    person.marital_status as marital_status,
    person.employer as employer,
    {{ dwelling_columns('dwelling') }},
    {{ operator_columns('enterprise') }},
    dwelling.address as address,
    dwelling.layout_code as layout_code,
    dwelling.floor_area as floor_area,
    contract.starts_on as starts_on,
    contract.ends_on as ends_on,
    contract.monthly_rent as monthly_rent,
    contract.deposit as deposit,
    contract.standing as standing,
    contract.standing = 'running' as is_current,
    contract.standing != 'pending' and contract.starts_on <= subtractYears({{ as_of() }}, 1)
        and contract.effective_end >= subtractYears({{ as_of() }}, 1) as was_tenant_year_ago,
    max(contract.standing = 'running') over (partition by tenant_key) as is_still_tenant,
    dateDiff('month', contract.starts_on, least(contract.effective_end, {{ as_of() }})) as months_lived,
    {{ as_of() }} as as_of
from {{ ref('contract_standing') }} as contract
left join {{ ref('person') }} as person on person.person_id = contract.tenant_person_id and person.person_id != ''
left join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = contract.dwelling_id
left join {{ ref('enterprise') }} as enterprise on enterprise.enterprise_id = dwelling.enterprise_id
