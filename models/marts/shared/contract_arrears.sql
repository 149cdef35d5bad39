{{ config(materialized='ephemeral') }}
{#- One row per contract that owes rent past its due day, on the as-of day (002:2087, 003:302). -#}
select
    contract_no,
    any(dwelling_id) as billed_dwelling_id,
    count() as overdue_months,
    sum(overdue_amount) as overdue_amount,
    min(due_on) as oldest_due_on,
    max(due_on) as latest_due_on
from {{ ref('rent_standing') }} as rent_standing
where overdue_amount > 0
group by contract_no
