{{ config(
    schema='mart_contract', alias='contract', materialized='table', engine='MergeTree()',
    order_by=['district_code', 'street_code', 'community_code', 'contract_no']
) }}
{#- 合同信息库 (002:9894-9908): one row per lease contract, its standing and its rent account on the as-of day. -#}
with rent as (
    select
        bill.contract_no as contract_no,
        count() as bill_count,
        countIf(bill.overdue_amount > 0) as overdue_months,
        sum(bill.amount_due) as rent_due_total,
        sum(bill.amount_paid) as rent_paid_total,
        sum(bill.overdue_amount) as overdue_amount,
        minIf(bill.due_on, bill.overdue_amount > 0) as oldest_overdue_on
    from {{ ref('rent_standing') }} as bill
    group by bill.contract_no
),

chain as (
    select
        contract.contract_no as contract_no,
        leadInFrame(toNullable(contract.starts_on)) over (
            partition by contract.dwelling_id, if(contract.tenant_person_id != '', contract.tenant_person_id, contract.contract_no)
            order by contract.starts_on, contract.contract_no rows between unbounded preceding and unbounded following
        ) as next_starts_on
    from {{ ref('contract_standing') }} as contract
    where contract.dwelling_id != ''
)

select
    contract.contract_no as contract_no,
    contract.application_no as application_no,
    contract.household_id as household_id,
    contract.tenant_person_id as tenant_person_id,
    contract.tenant_name as tenant_name,
    contract.tenant_id_number as tenant_id_number,
    contract.phone as phone,
    {{ dwelling_columns('dwelling') }},
    {{ operator_columns('enterprise') }},
    dwelling.address as address,
    dwelling.layout_code as layout_code,
    dwelling.floor_area as floor_area,
    contract.contract_kind as contract_kind,
    contract.contract_state as contract_state,
    contract.standing as standing,
    contract.standing = 'running' as is_running,
    contract.pay_method as pay_method,
    contract.signed_on as signed_on,
    contract.starts_on as starts_on,
    contract.ends_on as ends_on,
    contract.terminated_on as terminated_on,
    contract.effective_end as effective_end,
    if(is_running, dateDiff('day', {{ as_of() }}, contract.ends_on), null) as days_to_expiry,
    is_running and days_to_expiry <= {{ var('contract_expiring_days') }} as is_expiring,
    dateDiff('month', contract.starts_on, addDays(contract.ends_on, 1)) as term_months,
    multiIf(term_months <= 12, 'short', term_months <= 36, 'medium', 'long') as term_class,
    contract.monthly_rent as monthly_rent,
    contract.deposit as deposit,
    contract.breach_clause as breach_clause,
    rent.bill_count as bill_count,
    rent.rent_due_total as rent_due_total,
    rent.rent_paid_total as rent_paid_total,
    rent.overdue_amount as overdue_amount,
    rent.overdue_months as overdue_months,
    rent.overdue_amount > 0 as is_in_arrears,
    if(is_in_arrears, rent.oldest_overdue_on, null) as oldest_overdue_on,
    -- The same tenant has the same dwelling again within a month of this contract's end (M109).
    chain.next_starts_on is not null and chain.next_starts_on <= addDays(contract.effective_end, 31) as is_renewed,
    {{ as_of() }} as as_of
from {{ ref('contract_standing') }} as contract
left join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = contract.dwelling_id
left join {{ ref('enterprise') }} as enterprise on enterprise.enterprise_id = dwelling.enterprise_id
left join rent on rent.contract_no = contract.contract_no
left join chain on chain.contract_no = contract.contract_no
