{{ config(
    schema='mart_eligibility', alias='fact', materialized='table', engine='MergeTree()',
    order_by=['application_no', 'member_no', 'check_code']
) }}
{#-
  One row per member of an applicant household and check of the pre-review (002:5809-6541, C-1 … C-7): what the registers
  say, as a number, a date or a word. No threshold is applied here — how many years or months are enough is a rule that
  staff set — and a check without a record is a fact too: `has_record` is 0.
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
),

-- (check, Chinese name, source, clause, has a record, number, unit, date, word)
facts as (
    select
        members.household_id as household_id,
        members.member_no as member_no,
        members.person_id as person_id,
        members.is_applicant as is_applicant,
        arrayJoin([
            ('local_register', '本市户籍', 'police.household_register', '002:6025', registers.person_id != '',
                toNullable(toDecimal64(registers.is_local, 2)), 'flag', registers.moved_in_on, ''),
            ('local_register_years', '本市户籍年限', 'police.household_register', '002:6025, 002:6057', registers.is_local = 1,
                toDecimal64OrNull(toString(age('year', registers.moved_in_on, {{ as_of() }})), 2), 'year', registers.moved_in_on, ''),
            ('residence_permit_days', '居住证累计天数', 'police.residence_permit', '002:6057', permits.person_id != '',
                toNullable(toDecimal64(permits.permit_days, 2)), 'day', null, if(permits.has_valid_permit = 1, 'valid', '')),
            ('insurance_state', '社保在保', 'social_insurance.enterprise_basic', '002:6421', insurance_accounts.person_id != '',
                toNullable(toDecimal64(insurance_accounts.is_insured, 2)), 'flag', null, insurance_accounts.unit_name),
            ('insurance_months_12', '近 12 个月社保缴纳月数', 'social_insurance.enterprise_payment', '002:5853', insurance_months.person_id != '',
                toNullable(toDecimal64(insurance_months.months_12, 2)), 'month', toDate32OrNull(toString(insurance_months.last_month)), ''),
            ('insurance_months_24', '近 24 个月社保缴纳月数', 'social_insurance.enterprise_payment', '002:5853', insurance_months.person_id != '',
                toNullable(toDecimal64(insurance_months.months_24, 2)), 'month', toDate32OrNull(toString(insurance_months.last_month)), ''),
            ('insurance_base', '最近社保缴纳基数', 'social_insurance.enterprise_payment', '002:5853', insurance_months.person_id != '',
                toDecimal64OrNull(toString(insurance_months.last_base), 2), 'yuan', toDate32OrNull(toString(insurance_months.last_month)), ''),
            ('fund_months_12', '近 12 个月公积金缴存月数', 'housing_fund.municipal_payment', '002:5947', fund_months.person_id != '',
                toNullable(toDecimal64(fund_months.months_12, 2)), 'month', toDate32OrNull(toString(fund_months.last_month)), ''),
            ('fund_months_24', '近 24 个月公积金缴存月数', 'housing_fund.municipal_payment', '002:5947', fund_months.person_id != '',
                toNullable(toDecimal64(fund_months.months_24, 2)), 'month', toDate32OrNull(toString(fund_months.last_month)), ''),
            ('fund_base', '最近公积金缴存基数', 'housing_fund.municipal_payment', '002:5931', fund_months.person_id != '',
                toDecimal64OrNull(toString(fund_months.last_base), 2), 'yuan', toDate32OrNull(toString(fund_months.last_month)), ''),
            ('marital_status', '婚姻状况', 'civil_affairs.marriage', '002:6103', marriages.person_id != '',
                toNullable(toDecimal64(marriages.is_married, 2)), 'flag', marriages.since, marriages.marital_status),
            ('relief', '民政保障', 'civil_affairs.minimum_living', '002:6119, 002:6135, 002:6151', reliefs.person_id != '',
                toDecimal64OrNull(toString(reliefs.annual_income), 2), 'yuan', reliefs.recognised_on, reliefs.relief_kind),
            ('homes', '名下住房处数', 'property.ownership', '002:6197', homes.person_id != '',
                toNullable(toDecimal64(homes.homes, 2)), 'count', homes.latest, ''),
            ('homes_area', '名下住房面积', 'property.ownership', '002:6197', homes.person_id != '',
                toDecimal64OrNull(toString(homes.owned_area), 2), 'square_metre', homes.latest, ''),
            ('signings', '有效网签份数', 'property.net_signed_contract', '002:6229', signings.person_id != '',
                toNullable(toDecimal64(signings.signings, 2)), 'count', signings.latest, ''),
            ('other_benefits', '享受中的其他住房保障', 'housing_security.other_benefit', '002:6275, 002:6515', benefits.other_ever > 0,
                toNullable(toDecimal64(benefits.other_active, 2)), 'count', if(benefits.other_ever > 0, benefits.latest, null), ''),
            ('managed_public_housing', '在租直管公房', 'housing_security.direct_managed_housing', '002:6401', benefits.managed_ever > 0,
                toNullable(toDecimal64(benefits.managed_active, 2)), 'count', if(benefits.managed_ever > 0, benefits.latest, null), '')
        ]) as fact
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
)

select
    facts.household_id as application_no,
    facts.member_no as member_no,
    facts.person_id as person_id,
    facts.is_applicant as is_applicant,
    {{ division_columns('application') }},
    fact.1 as check_code,
    fact.2 as check_zh,
    fact.3 as source_dataset,
    fact.4 as reference,
    facts.person_id != '' as is_identified,
    fact.5 as has_record,
    if(fact.5, fact.6, null) as number_value,
    fact.7 as number_unit,
    if(fact.5, fact.8, null) as date_value,
    if(fact.5, fact.9, '') as word_value,
    {{ as_of() }} as as_of
from facts
left join {{ ref('application') }} as application on application.household_id = facts.household_id
