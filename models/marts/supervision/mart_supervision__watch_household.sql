{{ config(
    schema='mart_supervision', alias='watch_household', materialized='table', engine='MergeTree()', order_by=['object_key']
) }}
{#-
  One row per household that has a dwelling or a subsidy now, or was paid after it left or without anything due (AL85, AL103, AL104, AL114, AL115; 002:6715; H16-H18): what the
  registers say of its members since. Income is the members' latest contribution bases as a year's pay, a head; who pays
  nowhere earns nothing that is known. The same person in two such households at once is a benefit drawn twice (H17). A member counts as moved away whose register left the city and did not return.
-#}
with holding as (
    select * from {{ ref('household_holding') }} as household_holding
),

lets as (
    select household_id, contract_no, dwelling_id, tenant_person_id, let_since from holding where contract_no != ''
),

-- What a due row in quarantine names: it is due, we only cannot read it.
unread_dues as (
    {{ named_in_quarantine('operations.subsidy_due') }}
),

subsidies as (
    select
        household_id,
        max(person_id) as person_id,
        countIf(has_due = 1 and amount_paid > amount_due and subsidy_month > addMonths(toStartOfMonth({{ as_of() }}), -12)) as overpaid_months,
        sumIf(amount_paid - amount_due, has_due = 1 and amount_paid > amount_due and subsidy_month > addMonths(toStartOfMonth({{ as_of() }}), -12)) as overpaid_amount,
        minIf(due_on, has_due = 1 and amount_paid > amount_due) as overpaid_since,
        minIf(subsidy_month, has_due = 1 and amount_paid > 0) as subsidised_since,
        maxIf(subsidy_month, has_due = 1 and amount_paid > 0) as subsidised_until,
        groupArrayIf(
            (toDate32(subsidy_month), amount_paid),
            has_due = 1 and amount_paid > 0 and subsidy_month > addMonths(toStartOfMonth({{ as_of() }}), -12)
        ) as paid_months,
        groupArrayIf(
            (toDate32(subsidy_month), amount_paid),
            has_due = 0 and amount_paid > 0 and subsidy_month > addMonths(toStartOfMonth({{ as_of() }}), -12)
                and subsidy_due_no not in (select named from unread_dues)
                -- A due row that lost its number still names the household.
                and household_id not in (select named from unread_dues)
        ) as unfounded
    from {{ ref('subsidy_payment') }}
    where household_id != '' and subsidy_month <= {{ as_of() }}
    group by household_id
),

present as (
    select household_id from holding
),

subsidised as (
    select household_id from holding where has_subsidy = 1
),

-- Those whose application was refused or given up after all, and what they were paid for months after that.
ended as (
    select household_id, decided_on as ended_on from {{ ref('application') }}
    where application_state in ('rejected', 'withdrawn') and decided_on is not null
),

watched as (
    select household_id from present
    union distinct
    select household_id from subsidies where notEmpty(unfounded)
    union distinct
    select subsidies.household_id
    from subsidies
    inner join ended on ended.household_id = subsidies.household_id
    where arrayExists(month -> ifNull(month.1 > ended.ended_on, 0), subsidies.paid_months)
),

members as (
    select distinct household_id, person_id
    from {{ ref('household_member') }}
    where person_id != '' and household_id in (select household_id from present)
),

-- From when to when, as far as is known: a dwelling to the end of time, a subsidy to its last month.
held as (
    select household_id, let_since as begun, toDate32('2299-12-31') as ended from lets
    union all
    select household_id, toDate32(subsidised_since) as begun, toDate32(subsidised_until) as ended from subsidies where household_id in (select household_id from subsidised)
),

-- One person in two households that have a benefit at the same time: under two applications, so neither sees the other.
held_by_persons as (
    select members.person_id as person_id, groupUniqArray((members.household_id, assumeNotNull(held.begun), held.ended)) as benefits
    from members
    inner join held on held.household_id = members.household_id
    where held.begun is not null
    group by members.person_id
    having uniqExact(members.household_id) > 1
),

twins as (
    select
        own.1 as household_id,
        uniqExact(person_id) as shared_members,
        arraySort(groupUniqArrayArray(arrayMap(other -> other.1, others))) as applications,
        min(arrayMin(arrayMap(other -> greatest(own.2, other.2), others))) as since
    from (
        select
            person_id,
            arrayJoin(benefits) as own,
            arrayFilter(other -> other.1 != own.1 and greatest(own.2, other.2) <= least(own.3, other.3), benefits) as others
        from held_by_persons
    )
    where notEmpty(others)
    group by household_id
),

pay as (
    select
        person_id,
        max(latest) as base,
        max(last_month) as last_month
    from (
        select person_id, argMax(contribution_base, pay_month) as latest, max(pay_month) as last_month
        from {{ ref('insurance_month') }}
        where person_id != '' and pay_month between addMonths(toStartOfMonth({{ as_of() }}), -3) and {{ as_of() }}
        group by person_id

        union all

        select person_id, argMax(contribution_base, pay_month) as latest, max(pay_month) as last_month
        from {{ ref('fund_month') }}
        where person_id != '' and pay_month between addMonths(toStartOfMonth({{ as_of() }}), -3) and {{ as_of() }}
        group by person_id
    )
    group by person_id
),

paid_before as (
    select distinct person_id
    from {{ ref('insurance_month') }}
    where person_id != '' and pay_month between addMonths(toStartOfMonth({{ as_of() }}), -9) and addMonths(toStartOfMonth({{ as_of() }}), -4)
),

-- Running accounts of members, and whether their employer left: the registry says 迁出, or the account began after the benefit
-- with an employer whose credit code is another city's. Who has another employer here as well has not left with one.
accounts as (
    select person_id, insured_on as begun_on, enterprise_id, unit_name, unit_credit_code from {{ ref('insurance_account') }}
    where is_active = 1 and person_id in (select person_id from members)
    union all
    select person_id, opened_on as begun_on, enterprise_id, unit_name, unit_credit_code from {{ ref('fund_account') }}
    where is_active = 1 and person_id in (select person_id from members)
),

employed as (
    select
        members.household_id as household_id,
        members.person_id as person_id,
        account.unit_name as unit_name,
        enterprise.enterprise_state = 'moved'
            or account.unit_credit_code != '' and ifNull(account.begun_on > benefit.since, 0)
                and substring(account.unit_credit_code, 3, 4) not in (
                    select substring(division_code, 1, 4) from {{ ref('division') }} where level = 'city'
                ) as is_gone
    from accounts as account
    inner join members on members.person_id = account.person_id
    left join (select household_id, min(begun) as since from held group by household_id) as benefit
        on benefit.household_id = members.household_id
    left join {{ ref('enterprise') }} as enterprise
        on enterprise.enterprise_id = account.enterprise_id and account.enterprise_id != ''
),

employers as (
    select household_id, count() as gone_members, arrayStringConcat(arraySort(groupUniqArrayArray(gone)), '、') as gone_employers
    from (
        select household_id, person_id, groupUniqArray(unit_name) as gone
        from employed
        group by household_id, person_id
        having min(is_gone) = 1
    )
    group by household_id
),

moves as (
    select
        person_id,
        argMax(move_out_reason, moved_out_on) as last_reason,
        max(moved_out_on) as last_out,
        max(moved_in_on) as last_in
    from {{ ref('migration') }}
    where person_id != '' and (moved_out_on is not null and moved_out_on <= {{ as_of() }} or moved_in_on <= {{ as_of() }})
    group by person_id
),

benefits as (
    select person_id, count() as benefits, min(granted_on) as since, groupUniqArray(benefit_kind) as kinds
    from {{ ref('benefit') }}
    where person_id != '' and is_active = 1
    group by person_id
),

homes as (
    select
        household_id,
        count() as homes,
        countIf(acquired_relation = 'after') as homes_after,
        min(ifNull(acquired_on, benefit_since)) as homes_since
    from {{ ref('second_home_finding') }} as second_home_finding
    group by household_id
),

persons as (
    select
        members.household_id as household_id,
        count() as identified_members,
        toDecimal64(sum(ifNull(pay.base, 0)) * 12 / count(), 2) as income_per_head,
        countIf(pay.person_id = '' and members.person_id in (select person_id from paid_before)) as insurance_stopped_members,
        countIf(moves.last_reason = 'death') as dead_members,
        minIf(moves.last_out, moves.last_reason = 'death') as dead_since,
        maxIf(moves.last_out, moves.last_reason = 'death') as last_died_on,
        countIf(moves.last_out is not null and moves.last_reason not in ('', 'death') and ifNull(moves.last_in, toDate32(0)) < moves.last_out) as moved_away_members,
        minIf(moves.last_out, moves.last_out is not null and moves.last_reason not in ('', 'death') and ifNull(moves.last_in, toDate32(0)) < moves.last_out) as moved_away_since,
        sum(benefits.benefits) as other_benefits,
        minIf(benefits.since, benefits.benefits > 0) as other_benefits_since
    from members
    left join pay on pay.person_id = members.person_id
    left join moves on moves.person_id = members.person_id
    left join benefits on benefits.person_id = members.person_id
    group by members.household_id
)

select
    watched.household_id as object_key,
    if(lets.tenant_person_id != '', lets.tenant_person_id, application.applicant_person_id) as person_id,
    watched.household_id as household_id,
    lets.contract_no as contract_no,
    dwelling.enterprise_id as enterprise_id,
    {{ dwelling_key_columns('dwelling') }},
    {{ dwelling_or_application_columns('dwelling', 'application') }},
    holding.programme as programme,
    lets.contract_no != '' as has_dwelling,
    holding.has_subsidy as has_subsidy,
    coalesce(lets.let_since, toDate32(subsidies.subsidised_since)) as benefit_since,
    persons.identified_members as identified_members,
    persons.income_per_head as income_per_head,
    persons.insurance_stopped_members as insurance_stopped_members,
    persons.dead_members as dead_members,
    if(persons.dead_members > 0, persons.dead_since, null) as dead_since,
    persons.moved_away_members as moved_away_members,
    if(persons.moved_away_members > 0, persons.moved_away_since, null) as moved_away_since,
    employers.gone_members as employer_gone_members,
    if(employer_gone_members > 0, employers.gone_employers, null) as gone_employers,
    persons.other_benefits as other_benefits,
    if(persons.other_benefits > 0, persons.other_benefits_since, null) as other_benefits_since,
    length(twins.applications) as twin_benefits,
    twins.shared_members as shared_members,
    if(twin_benefits > 0, arrayStringConcat(twins.applications, '、'), null) as twin_applications,
    if(twin_benefits > 0, twins.since, null) as twin_since,
    homes.homes as homes,
    homes.homes_after as homes_after,
    if(homes.homes > 0, homes.homes_since, null) as homes_since,
    subsidies.overpaid_months as overpaid_months,
    subsidies.overpaid_amount as overpaid_amount,
    if(subsidies.overpaid_months > 0, subsidies.overpaid_since, null) as overpaid_since,
    -- The last of a household to die ends it, where every member is known.
    coalesce(
        ended.ended_on,
        if(persons.dead_members > 0 and persons.dead_members = household.known_members, persons.last_died_on, null)
    ) as left_on,
    arrayCount(month -> ifNull(month.1 > left_on, 0), subsidies.paid_months) as months_after_exit,
    length(subsidies.unfounded) as unfounded_payments,
    {% set wrong = "arrayConcat(arrayFilter(month -> ifNull(month.1 > left_on, 0), subsidies.paid_months), subsidies.unfounded)" -%}
    arraySum(arrayMap(month -> month.2, {{ wrong }})) as paid_after_exit,
    if(months_after_exit + unfounded_payments = 0, null, arrayMin(arrayMap(month -> month.1, {{ wrong }}))) as after_exit_since
from watched
left join holding on holding.household_id = watched.household_id
left join lets on lets.household_id = watched.household_id
left join subsidies on subsidies.household_id = watched.household_id
left join employers on employers.household_id = watched.household_id
left join persons on persons.household_id = watched.household_id
left join ended on ended.household_id = watched.household_id
left join {{ ref('household') }} as household on household.household_id = watched.household_id
left join twins on twins.household_id = watched.household_id
left join homes on homes.household_id = watched.household_id
left join {{ ref('application') }} as application on application.household_id = watched.household_id
left join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = lets.dwelling_id and lets.dwelling_id != ''
