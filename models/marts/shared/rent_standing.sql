{{ config(materialized='ephemeral') }}
{#-
  One row per rent bill that has fallen due by the as-of day: what is still owed and how late it is. The due day itself
  is not late. A payment above the bill is not a credit against other bills. A bill whose due day could not be read falls
  due on the last day of its month.
-#}
with bills as (
    select bill.*, ifNull(bill.due_on, toDate32(toLastDayOfMonth(bill.rent_month))) as falls_due_on
    from {{ ref('rent_bill') }} as bill
)

select
    rent_bill.rent_due_no as rent_due_no,
    rent_bill.contract_no as contract_no,
    rent_bill.dwelling_id as dwelling_id,
    rent_bill.rent_month as rent_month,
    rent_bill.falls_due_on as due_on,
    rent_bill.amount_due as amount_due,
    rent_bill.amount_paid as amount_paid,
    rent_bill.last_paid_on as last_paid_on,
    rent_bill.amount_paid >= rent_bill.amount_due as is_full,
    if(not is_full and rent_bill.falls_due_on < {{ as_of() }}, rent_bill.amount_due - rent_bill.amount_paid, 0) as overdue_amount,
    greatest(0, dateDiff('day', rent_bill.falls_due_on, if(is_full, rent_bill.last_paid_on, {{ as_of() }}))) as days_late
from bills as rent_bill
where rent_bill.falls_due_on <= {{ as_of() }}
