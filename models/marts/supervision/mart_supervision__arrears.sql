{{ config(
    schema='mart_supervision', alias='arrears', materialized='table', engine='MergeTree()',
    order_by=['district_code', 'street_code', 'community_code', 'contract_no']
) }}
{#- One row per contract in arrears (AL14, AL76; 002:2087). `age_class` is the time since the oldest unpaid bill fell due. -#}
select
    arrears.contract_no as contract_no,
    contract.household_id as household_id,
    contract.tenant_person_id as tenant_person_id,
    if(contract.household_id != '', contract.household_id, arrears.contract_no) as debtor_key,
    {{ dwelling_columns('dwelling') }},
    contract.standing as standing,
    contract.monthly_rent as monthly_rent,
    arrears.overdue_months as overdue_months,
    arrears.overdue_amount as overdue_amount,
    arrears.oldest_due_on as oldest_due_on,
    dateDiff('day', arrears.oldest_due_on, {{ as_of() }}) as days_overdue,
    multiIf(days_overdue <= 30, '30', days_overdue <= 90, '90', days_overdue <= 180, '180', 'over') as age_class,
    days_overdue >= {{ var('arrears_days') }} and (arrears.overdue_months >= {{ var('arrears_months') }}
        or arrears.overdue_amount >= {{ var('arrears_amount_yuan') }}) as is_violation,
    {{ as_of() }} as as_of
from {{ ref('contract_arrears') }} as arrears
left join {{ ref('contract_standing') }} as contract on contract.contract_no = arrears.contract_no
left join {{ ref('dwelling') }} as dwelling
    on dwelling.dwelling_id = if(contract.dwelling_id != '', contract.dwelling_id, arrears.billed_dwelling_id)
