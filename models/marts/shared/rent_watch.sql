{{ config(materialized='ephemeral') }}
{#-
  One row per contract in force and day it is looked at: the as-of day and the same day of each of the 24 months before,
  with what could be known of its rent on that day. `open_bills_after` is what was open three months later, NULL where that
  is not known yet or the contract ended before; it is what is foreseen, never what foresees.
-#}
with bills as (
    select
        contract_no,
        groupArray((
            ifNull(due_on, toDate32(toLastDayOfMonth(rent_month))),
            if(amount_open = 0, last_paid_on, null)
        )) as bills
    from {{ ref('rent_bill') }}
    where contract_no != ''
    group by contract_no
),

looked_at as (
    select
        contract.contract_no as contract_no,
        contract.tenant_person_id as tenant_person_id,
        contract.effective_end as effective_end,
        bills.bills as bills,
        arrayJoin(range(25)) as months_back,
        addMonths({{ as_of() }}, -months_back) as seen_on,
        addMonths(seen_on, 3) as after_on
    from {{ ref('contract_standing') }} as contract
    inner join bills on bills.contract_no = contract.contract_no
    where contract.contract_state != 'pending' and contract.starts_on <= seen_on and contract.effective_end >= seen_on
),

due as (
    select
        looked_at.contract_no as contract_no,
        looked_at.tenant_person_id as tenant_person_id,
        looked_at.months_back as months_back,
        looked_at.seen_on as seen_on,
        looked_at.after_on as after_on,
        looked_at.effective_end as effective_end,
        looked_at.bills as bills,
        arrayFilter(bill -> bill.1 < seen_on, bills) as due_bills,
        arrayFilter(bill -> bill.1 >= addMonths(seen_on, -12), due_bills) as year_bills,
        arrayFilter(bill -> ifNull(bill.2 > seen_on, 1), due_bills) as open
    from looked_at
)

select
    contract_no,
    tenant_person_id,
    months_back,
    seen_on,
    toUInt8(1) as is_tenant,
    toInt32(length(year_bills)) as bills_12,
    toInt32(arrayCount(bill -> ifNull(bill.2 > bill.1, 1), year_bills)) as late_bills_12,
    toInt32(length(open)) as open_bills,
    toInt32(arrayMax(arrayPushFront(arrayMap(bill -> dateDiff('day', bill.1, seen_on), open), 0))) as oldest_open_days,
    toUInt8(length(open) > 0 and arrayMax(bill -> toInt32(bill.1), open) = arrayMax(bill -> toInt32(bill.1), due_bills)) as last_bill_open,
    if(after_on > {{ as_of() }} or effective_end < after_on, null,
        toInt32(arrayCount(bill -> bill.1 < after_on and ifNull(bill.2 > after_on, 1), bills))) as open_bills_after
from due
where length(due_bills) > 0
