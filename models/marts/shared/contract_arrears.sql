{{ config(materialized='ephemeral') }}
{#- One row per contract that owes rent past its due day, on the as-of day (002:2087, 003:302). -#}
select
    bill.contract_no as contract_no,
    max(bill.dwelling_id) as billed_dwelling_id,
    count() as overdue_months,
    sum(bill.overdue_amount) as overdue_amount,
    min(bill.due_on) as oldest_due_on
from {{ ref('rent_standing') }} as bill
where bill.overdue_amount > 0
group by bill.contract_no
