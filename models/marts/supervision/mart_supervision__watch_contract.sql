{{ config(
    schema='mart_supervision', alias='watch_contract', materialized='table', engine='MergeTree()', order_by=['object_key']
) }}
{#-
  One row per contract that rules of alert look at (AL08, AL13-AL23, AL28, AL29, AL60, AL70, AL71, AL74, AL76, AL89-AL93, AL112):
  dates as days to the as-of day, what is owed, whether the tenant is of the household the dwelling was given to, and who lives there.
-#}
with standing as (
    select * from {{ ref('contract_standing') }} as contract_standing
),

members as (
    select
        household_id,
        groupUniqArrayIf(person_id, person_id != '') as persons,
        groupUniqArrayIf(person_name, person_name != '') as names
    from {{ ref('household_member') }}
    where household_id != ''
    group by household_id
),

-- What a row in quarantine names of the members: the household has one more, or this one, we only cannot read which.
unread_members as (
    {{ named_in_quarantine('operations.household_member') }}
),

-- Who is registered as living there under the contract, on the as-of day. Foreign is who is of the household neither by
-- number nor by name: a desk's slip in a number makes nobody a stranger. Nor does a name make the tenant of another member who bears it, too.
occupants as (
    select
        contract_no,
        count() as occupants,
        countIf(is_tenant) as tenants,
        countIf(is_foreign) as foreigners,
        minIf(moved_in_on, is_foreign) as foreign_since
    from (
        select
            occupant.contract_no as contract_no,
            occupant.moved_in_on as moved_in_on,
            occupant.person_id != '' and occupant.person_id = contract.tenant_person_id
                or occupant.person_name != '' and occupant.person_name = contract.tenant_name
                and not (contract.tenant_person_id != '' and has(members.persons, occupant.person_id)) as is_tenant,
            occupant.person_id != '' and not is_tenant and not has(members.persons, occupant.person_id)
                and not has(members.names, occupant.person_name)
                and contract.household_id not in (select named from unread_members)
                and occupant.id_number not in (select named from unread_members) as is_foreign
        from {{ ref('contract_occupant') }} as occupant
        inner join standing as contract on contract.contract_no = occupant.contract_no
        left join members on members.household_id = contract.household_id and contract.household_id != ''
        where {{ lives_there('occupant') }}
    )
    group by contract_no
),

-- What a row in quarantine names of the occupants: somebody lives there, we only cannot read who.
unread_occupants as (
    {{ named_in_quarantine('operations.occupant') }}
),

-- What a payment in quarantine names: rent was paid on that bill, we only cannot read how much. It speaks for nobody's arrears.
unread_payments as (
    {{ named_in_quarantine('operations.rent_paid') }}
),

-- One that lost the number of its bill still names the contract: it stands for the last bill of its time that is open.
paid_unread as (
    select argMax(bill.rent_due_no, bill.rent_month) as rent_due_no
    from unread_payments
    inner join {{ ref('rent_standing') }} as bill on bill.contract_no = unread_payments.named
    where bill.overdue_amount > 0 and {{ tells_of_month('unread_payments.row_text', 'bill.rent_month') }}
        and unread_payments.row_text not in (
            select row_text from unread_payments where named in (select rent_due_no from {{ ref('rent_bill') }})
        )
    group by bill.contract_no, unread_payments.row_text
),

rent as (
    select
        *,
        overdue_amount > 0
            and (rent_due_no in (select named from unread_payments) or rent_due_no in (select rent_due_no from paid_unread)) as is_unread,
        overdue_amount > 0 and not is_unread as is_overdue
    from {{ ref('rent_standing') }} as rent_standing
),

bills as (
    select
        contract_no,
        maxIf(dwelling_id, overdue_amount > 0) as billed_dwelling_id,
        countIf(is_overdue) as overdue_months,
        sumIf(overdue_amount, is_overdue) as overdue_sum,
        minIf(due_on, is_overdue) as oldest_due_on,
        countIf(is_unread) as unread_payments,
        countIf(days_late > 0 and rent_month > addMonths({{ as_of() }}, -12)) as late_bills_12,
        countIf(rent_month > addMonths({{ as_of() }}, -12)) as bills_12,
        countIf(amount_paid = 0 and is_overdue) as unpaid_bills
    from rent
    group by contract_no
),

-- Bills of whole months that are not the rent of the contract (AL71): a month begun or ended within may be billed in part.
mismatches as (
    select
        rent.contract_no as contract_no,
        count() as bills,
        min(rent.rent_month) as since,
        argMax(rent.amount_due, rent.rent_month) as last_amount
    from rent
    inner join standing as contract on contract.contract_no = rent.contract_no
    where rent.rent_month > addMonths({{ as_of() }}, -12) and contract.monthly_rent > 0
        and abs(rent.amount_due - contract.monthly_rent) >= 1
        and contract.starts_on <= rent.rent_month and contract.effective_end >= toLastDayOfMonth(rent.rent_month)
    group by rent.contract_no
),

-- What a contract said before, as is believed now: its terms, and the day they became others (AL20).
versions as (
    select
        contract_no,
        valid_from,
        monthly_rent,
        ends_on,
        house_code,
        tenant_id_number,
        pay_method,
        lagInFrame(contract_no) over told as known_before,
        lagInFrame(monthly_rent) over told as old_rent,
        lagInFrame(ends_on) over told as old_end,
        lagInFrame(house_code) over told as old_house,
        lagInFrame(tenant_id_number) over told as old_tenant,
        lagInFrame(pay_method) over told as old_pay_method
    from {{ ref('history_contract') }}
    where known_to >= toDateTime64('2299-12-31 00:00:00', 3, 'UTC') and valid_from <= {{ as_of() }}
    window told as (partition by record_source, contract_no order by valid_from rows between unbounded preceding and current row)
),

changes as (
    select
        contract_no,
        max(valid_from) as changed_on,
        argMax(terms, valid_from) as changed_terms
    from (
        select
            contract_no,
            valid_from,
            -- What was missing before is filled in, not changed.
            arrayStringConcat(arrayFilter(term -> term != '', [
                if(ifNull(monthly_rent != old_rent, 0), '租金', ''),
                if(ifNull(ends_on != old_end, 0), '期限', ''),
                if(house_code != '' and old_house != '' and house_code != old_house, '房屋', ''),
                if(tenant_id_number != '' and old_tenant != '' and tenant_id_number != old_tenant, '承租人', ''),
                if(pay_method != '' and old_pay_method != '' and pay_method != old_pay_method, '支付方式', '')
            ]), '、') as terms
        from versions
        where known_before != ''
    )
    where terms != ''
    group by contract_no
),

-- The contract before and after on the same dwelling, and whether a tenant's next one is there.
neighbours as (
    select
        contract_no,
        lagInFrame(monthly_rent) over (partition by dwelling_id order by starts_on, contract_no rows between unbounded preceding and unbounded following) as previous_rent,
        lagInFrame(pay_method) over (partition by dwelling_id order by starts_on, contract_no rows between unbounded preceding and unbounded following) as previous_pay_method,
        lagInFrame(tenant_person_id) over (partition by dwelling_id order by starts_on, contract_no rows between unbounded preceding and unbounded following) as previous_tenant,
        leadInFrame(contract_no) over (partition by dwelling_id order by starts_on, contract_no rows between unbounded preceding and unbounded following) as next_contract_no
    from standing
    where dwelling_id != '' and starts_on is not null
),

-- Contracts after which the same household, or tenant, goes on in the same dwelling: signed by now, not cut off, begun or not.
-- Who comes in after them renews nothing for them.
renewed as (
    select distinct contract.contract_no as contract_no
    from standing as contract
    inner join standing as next on next.dwelling_id = contract.dwelling_id
    where contract.dwelling_id != '' and next.contract_no != contract.contract_no and next.starts_on >= contract.ends_on
        and next.standing != 'terminated' and ifNull(next.signed_on <= {{ as_of() }}, 1)
        and (next.household_id != '' and next.household_id = contract.household_id
            or next.tenant_person_id != '' and next.tenant_person_id = contract.tenant_person_id)
)

select
    contract.contract_no as object_key,
    contract.tenant_person_id as person_id,
    contract.household_id as household_id,
    contract.contract_no as contract_no,
    dwelling.enterprise_id as enterprise_id,
    {{ dwelling_columns('dwelling') }},
    contract.standing as standing,
    contract.contract_kind as contract_kind,
    contract.signed_on as signed_on,
    contract.starts_on as starts_on,
    contract.ends_on as ends_on,
    dateDiff('day', {{ as_of() }}, contract.ends_on) as days_left,
    subtractDays(contract.ends_on, {{ var('contract_expiring_days') }}) as expiring_since,
    neighbours.next_contract_no != '' as has_next_contract,
    contract.contract_no in (select contract_no from renewed) as is_renewed,
    contract.monthly_rent as monthly_rent,
    {{ ratio('contract.monthly_rent', 'dwelling.standard_rent') }} as rent_to_standard,
    {{ ratio('contract.monthly_rent - neighbours.previous_rent', 'neighbours.previous_rent') }} as rent_change,
    neighbours.previous_tenant = contract.tenant_person_id and neighbours.previous_pay_method != ''
        and neighbours.previous_pay_method != contract.pay_method as is_pay_method_changed,
    contract.breach_clause = '' as is_breach_clause_missing,
    if(contract.tenant_person_id = '' or empty(members.persons), null,
        has(members.persons, contract.tenant_person_id)) as is_tenant_of_household,
    occupants.occupants as occupant_count,
    if(empty(members.persons), null, occupants.foreigners) as foreign_occupants,
    if(foreign_occupants > 0, occupants.foreign_since, null) as foreign_since,
    -- Of a tenant who is not of the household contract_mismatch speaks. A row in quarantine may be the tenant's own that lost its contract.
    if(occupants.occupants = 0 or is_tenant_of_household != 1 or contract.contract_no in (select named from unread_occupants)
        or contract.tenant_id_number in (select named from unread_occupants),
        null, occupants.tenants > 0) as is_tenant_resident,
    mismatches.bills as mismatched_bills,
    if(mismatched_bills > 0, mismatches.since, null) as mismatched_since,
    if(mismatched_bills > 0, mismatches.last_amount, null) as mismatched_amount,
    if(changes.contract_no = '', null, changes.changed_terms) as changed_terms,
    if(changes.contract_no = '', null, changes.changed_on) as changed_on,
    if(changes.contract_no = '', null, dateDiff('day', changes.changed_on, {{ as_of() }})) as days_since_change,
    bills.overdue_months as overdue_months,
    bills.overdue_sum as overdue_amount,
    if(bills.overdue_months = 0, null, bills.oldest_due_on) as oldest_due_on,
    if(bills.overdue_months = 0, 0, dateDiff('day', bills.oldest_due_on, {{ as_of() }})) as days_overdue,
    bills.unread_payments as unread_payments,
    bills.unpaid_bills as unpaid_bills,
    bills.late_bills_12 as late_bills_12,
    {{ ratio('bills.late_bills_12', 'bills.bills_12') }} as late_share_12
from standing as contract
left join bills on bills.contract_no = contract.contract_no
left join {{ ref('dwelling') }} as dwelling
    on dwelling.dwelling_id = if(contract.dwelling_id != '', contract.dwelling_id, bills.billed_dwelling_id)
left join occupants on occupants.contract_no = contract.contract_no
left join members on members.household_id = contract.household_id and contract.household_id != ''
left join mismatches on mismatches.contract_no = contract.contract_no
left join changes on changes.contract_no = contract.contract_no
left join neighbours on neighbours.contract_no = contract.contract_no
