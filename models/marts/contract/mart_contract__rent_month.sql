{{ config(
    schema='mart_contract', alias='rent_month', materialized='table', engine='MergeTree()',
    order_by=['rent_month', 'district_code', 'street_code', 'rent_due_no']
) }}
{#- One row per rent bill fallen due by the as-of day (002:3399, 003:300): what was due, paid, is owed and how late. -#}
select
    rent.rent_due_no as rent_due_no,
    rent.contract_no as contract_no,
    contract.household_id as household_id,
    contract.tenant_person_id as tenant_person_id,
    {{ dwelling_columns('dwelling') }},
    {{ operator_columns('enterprise') }},
    dwelling.layout_code as layout_code,
    rent.rent_month as rent_month,
    rent.due_on as due_on,
    rent.amount_due as amount_due,
    rent.amount_paid as amount_paid,
    least(rent.amount_paid, rent.amount_due) as amount_collected,
    rent.last_paid_on as last_paid_on,
    rent.overdue_amount as overdue_amount,
    rent.overdue_amount > 0 as is_overdue,
    rent.is_full as is_full,
    rent.days_late as days_late,
    multiIf(rent.is_full, 'paid', rent.overdue_amount > 0, 'overdue', 'due') as bill_state
from {{ ref('rent_standing') }} as rent
left join {{ ref('contract') }} as contract on contract.contract_no = rent.contract_no
left join {{ ref('dwelling') }} as dwelling
    on dwelling.dwelling_id = if(contract.dwelling_id != '', contract.dwelling_id, rent.dwelling_id)
left join {{ ref('enterprise') }} as enterprise on enterprise.enterprise_id = dwelling.enterprise_id
