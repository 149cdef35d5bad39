{{ config(
    schema='mart_eligibility', alias='member_fact', materialized='table', engine='MergeTree()',
    order_by=['application_no', 'member_no']
) }}
{#-
  One row per member of an applicant household (002:5809-6541, C-1 … C-7): what the registers say, as numbers, dates and words. `fact` says the
  same a row a check. No threshold is applied here — how many years or months are enough is a rule that staff set.
-#}
{%- set as_of_month = "toStartOfMonth(" ~ as_of() ~ ")" %}
{#- Paid months of the last 24, each a bit, the as-of day's own month the first: a set of months costs half a KiB a person. -#}
{%- set paid_months %}groupBitOr(if(paid.pay_month > addMonths({{ as_of_month }}, -24),
            bitShiftLeft(toUInt32(1), dateDiff('month', paid.pay_month, {{ as_of_month }})), 0)){% endset %}
with members as (
    select
        member.household_id as household_id,
        member.member_no as member_no,
        member.person_id as person_id,
        member.is_applicant as is_applicant
    from {{ ref('household_member') }} as member
),

insurance_months as (
    select
        paid.person_id as person_id,
        bitCount(bitAnd({{ paid_months }}, 4095)) as months_12,
        bitCount({{ paid_months }}) as months_24,
        max(paid.pay_month) as last_month,
        argMax(paid.contribution_base, (paid.pay_month, paid.insurance_no)) as last_base
    from {{ ref('insurance_month') }} as paid
    where paid.person_id != '' and paid.pay_month <= {{ as_of() }}
    group by paid.person_id
),

insurance_accounts as (
    select
        account.person_id as person_id,
        max(account.is_active) as is_insured,
        argMax(account.unit_name, (account.is_active, account.insured_on, account.insurance_no)) as unit_name
    from {{ ref('insurance_account') }} as account
    where account.person_id != ''
    group by account.person_id
),

fund_months as (
    select
        paid.person_id as person_id,
        bitCount(bitAnd({{ paid_months }}, 4095)) as months_12,
        bitCount({{ paid_months }}) as months_24,
        max(paid.pay_month) as last_month,
        argMax(paid.contribution_base, (paid.pay_month, paid.account_no)) as last_base
    from {{ ref('fund_month') }} as paid
    where paid.person_id != '' and paid.pay_month <= {{ as_of() }}
    group by paid.person_id
),

registers as (
    select
        register.person_id as person_id,
        max(ifNull(register.is_local, 0)) as is_local,
        maxIf(register.moved_in_on, register.is_local = 1) as moved_in_on
    from {{ ref('register') }} as register
    where register.person_id != ''
    group by register.person_id
),

-- Time on residence permits, each day once: permits of one person can overlap.
permits as (
    select
        permit.person_id as person_id,
        length(arrayDistinct(arrayFlatten(groupArray(range(
            toUInt32(dateDiff('day', toDate32('1990-01-01'), greatest(ifNull(permit.issued_on, permit.applied_on), toDate32('1990-01-01')))),
            toUInt32(dateDiff('day', toDate32('1990-01-01'), least(
                ifNull(permit.cancelled_on, {{ as_of() }}), ifNull(permit.valid_until, {{ as_of() }}), {{ as_of() }}))) + 1
        ))))) as permit_days,
        max(permit.is_active) as has_valid_permit
    from {{ ref('permit') }} as permit
    where permit.person_id != '' and permit.permit_state != 'pending'
        and ifNull(permit.issued_on, permit.applied_on) <= least(
            ifNull(permit.cancelled_on, {{ as_of() }}), ifNull(permit.valid_until, {{ as_of() }}), {{ as_of() }})
    group by permit.person_id
),

marriages as (
    select
        spouse as person_id,
        max(marriage.is_active) as is_married,
        argMax(marriage.marital_status, (ifNull(marriage.divorced_on, marriage.married_on), marriage.certificate_no)) as marital_status,
        max(ifNull(marriage.divorced_on, marriage.married_on)) as since
    from {{ ref('marriage') }} as marriage
    array join [marriage.husband_person_id, marriage.wife_person_id] as spouse
    where spouse != ''
    group by spouse
),

reliefs as (
    select
        relief.head_person_id as person_id,
        argMin(relief.relief_kind, transform(relief.relief_kind, ['special_poverty', 'minimum_living'], [1, 2], 3)) as relief_kind,
        min(relief.annual_income) as annual_income,
        min(relief.recognised_on) as recognised_on
    from {{ ref('relief') }} as relief
    where relief.is_active = 1 and relief.head_person_id != ''
    group by relief.head_person_id
),

homes as (
    select home.person_id as person_id, count() as homes, sum(home.owned_area) as owned_area, max(home.acquired_on) as latest
    from {{ ref('property_right') }} as home
    where home.is_active = 1 and home.is_residence = 1 and home.person_id != ''
    group by home.person_id
),

signings as (
    select signing.person_id as person_id, count() as signings, max(signing.signed_on) as latest
    from {{ ref('signing') }} as signing
    where signing.is_active = 1 and signing.signing_state != 'transferred' and signing.person_id != ''
    group by signing.person_id
),

benefits as (
    select
        benefit.person_id as person_id,
        countIf(benefit.source_dataset = 'housing_security.other_benefit') as other_ever,
        countIf(benefit.source_dataset = 'housing_security.other_benefit' and benefit.is_active = 1) as other_active,
        countIf(benefit.benefit_kind = 'managed_public') as managed_ever,
        countIf(benefit.benefit_kind = 'managed_public' and benefit.is_active = 1) as managed_active,
        max(benefit.granted_on) as latest
    from {{ ref('benefit') }} as benefit
    where benefit.person_id != ''
    group by benefit.person_id
)

select
    members.household_id as application_no,
    members.member_no as member_no,
    members.person_id as person_id,
    members.is_applicant as is_applicant,
    {{ division_columns('application') }},
    registers.person_id != '' as in_register,
    registers.is_local as is_local,
    registers.moved_in_on as moved_in_on,
    age('year', registers.moved_in_on, {{ as_of() }}) as local_years,
    permits.person_id != '' as has_permit,
    permits.permit_days as permit_days,
    permits.has_valid_permit as has_valid_permit,
    insurance_accounts.person_id != '' as has_insurance,
    insurance_accounts.is_insured as is_insured,
    insurance_accounts.unit_name as insured_by,
    insurance_months.person_id != '' as has_insurance_month,
    insurance_months.months_12 as insurance_months_12,
    insurance_months.months_24 as insurance_months_24,
    insurance_months.last_month as last_insurance_month,
    insurance_months.last_base as last_insurance_base,
    fund_months.person_id != '' as has_fund_month,
    fund_months.months_12 as fund_months_12,
    fund_months.months_24 as fund_months_24,
    fund_months.last_month as last_fund_month,
    fund_months.last_base as last_fund_base,
    marriages.person_id != '' as has_marriage,
    marriages.is_married as is_married,
    marriages.since as married_since,
    marriages.marital_status as marital_status,
    reliefs.person_id != '' as has_relief,
    reliefs.annual_income as relief_income,
    reliefs.recognised_on as relief_since,
    reliefs.relief_kind as relief_kind,
    homes.person_id != '' as has_home,
    homes.homes as homes,
    homes.owned_area as homes_area,
    homes.latest as last_home_on,
    signings.person_id != '' as has_signing,
    signings.signings as signings,
    signings.latest as last_signed_on,
    benefits.other_ever > 0 as has_other_benefit,
    benefits.other_active as other_benefits,
    benefits.managed_ever > 0 as has_managed_housing,
    benefits.managed_active as managed_housing,
    benefits.latest as last_benefit_on,
    {{ as_of() }} as as_of
from members
left join registers on registers.person_id = members.person_id
left join permits on permits.person_id = members.person_id
left join insurance_accounts on insurance_accounts.person_id = members.person_id
left join insurance_months on insurance_months.person_id = members.person_id
left join fund_months on fund_months.person_id = members.person_id
left join marriages on marriages.person_id = members.person_id
left join reliefs on reliefs.person_id = members.person_id
left join homes on homes.person_id = members.person_id
left join signings on signings.person_id = members.person_id
left join benefits on benefits.person_id = members.person_id
left join {{ ref('application') }} as application on application.household_id = members.household_id
