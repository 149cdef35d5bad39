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

-- Who is registered as living there under the contract, on the as-of day. Foreign is who is of the household neither by
-- number nor by name: a desk's slip in a number makes nobody a stranger.
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
                or occupant.person_name != '' and occupant.person_name = contract.tenant_name as is_tenant,
            occupant.person_id != '' and not is_tenant and not has(members.persons, occupant.person_id)
                and not has(members.names, occupant.person_name) as is_foreign
        from {{ ref('contract_occupant') }} as occupant
        inner join standing as contract on contract.contract_no = occupant.contract_no
        left join members on members.household_id = contract.household_id and contract.household_id != ''
        where occupant.moved_in_on <= {{ as_of() }} and (occupant.moved_out_on is null or occupant.moved_out_on > {{ as_of() }})
    )
    group by contract_no
),

-- What a row in quarantine names of the occupants: somebody lives there, we only cannot read who.
unread_occupants as (
    select distinct arrayJoin(extractAll(row_text, '[0-9A-Za-z_-]{3,}')) as named
    from {{ source('meta', 'quarantine') }}
    where dataset = 'operations.occupant'
),

-- What a payment in quarantine names: rent was paid on that bill, we only cannot read how much. It speaks for nobody's arrears.
unread_payments as (
    select distinct arrayJoin(extractAll(row_text, '[0-9A-Za-z_-]{3,}')) as named
    from {{ source('meta', 'quarantine') }}
    where dataset = 'operations.rent_paid'
),

rent as (
    select
        *,
        overdue_amount > 0 and rent_due_no in (select named from unread_payments) as is_unread,
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
    -- Of a tenant who is not of the household contract_mismatch speaks.
    if(occupants.occupants = 0 or is_tenant_of_household != 1 or contract.contract_no in (select named from unread_occupants),
        null, occupants.tenants > 0) as is_tenant_resident,
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
left join neighbours on neighbours.contract_no = contract.contract_no
