{{ config(
    schema='mart_tag', alias='watch_person', materialized='table', engine='MergeTree()', order_by=['object_key']
) }}
{#-
  One row per person housing support is about: applicants, members of their households, tenants, registered occupants. Nobody
  else has tags, for there is no purpose to keep them for (个人信息保护法 第六条). NULL is "not known", and no tag follows from it.
-#}
with families as (
    select
        member.person_id as person_id,
        argMax(application.household_id, (application.applied_on, application.application_no)) as household_id,
        max(member.is_applicant) as is_applicant,
        maxIf(1, application.application_state in ('pending', 'reviewing')) as is_waiting,
        minIf(application.applied_on, application.application_state in ('pending', 'reviewing')) as waiting_since
    from {{ ref('household_member') }} as member
    inner join {{ ref('application') }} as application on application.household_id = member.household_id
    where member.person_id != ''
    group by member.person_id
),

sizes as (
    select household_id, toUInt32(uniqExact(member_no)) as members from {{ ref('household_member') }} group by household_id
),

tenancies as (
    select
        contract.tenant_person_id as person_id,
        argMax(contract.contract_no, (contract.starts_on, contract.contract_no)) as contract_no,
        argMax(contract.dwelling_id, (contract.starts_on, contract.contract_no)) as dwelling_id,
        min(contract.starts_on) as tenant_since
    from {{ ref('contract_standing') }} as contract
    where contract.standing = 'running' and contract.tenant_person_id != ''
    group by contract.tenant_person_id
),

occupants as (
    select
        occupant.person_id as person_id,
        argMax(occupant.dwelling_id, (occupant.moved_in_on, occupant.occupant_no)) as dwelling_id
    from {{ ref('contract_occupant') }} as occupant
    where occupant.person_id != '' and occupant.dwelling_id != ''
        and (occupant.moved_out_on is null or occupant.moved_out_on > {{ as_of() }})
    group by occupant.person_id
),

served as (
    select person_id from families
    union distinct
    select person_id from tenancies
    union distinct
    select person_id from occupants
),

rents as (
    select
        tenant_person_id as person_id,
        sum(bills_12) as bills_12,
        sum(late_bills_12) as late_bills_12,
        sum(open_bills) as open_bills,
        max(oldest_open_days) as oldest_open_days,
        max(last_bill_open) as last_bill_open
    from {{ ref('rent_watch') }} as rent_watch
    where months_back = 0 and tenant_person_id != ''
    group by tenant_person_id
),

insured as (
    select person_id, max(is_active) as is_insured
    from {{ ref('insurance_account') }}
    where person_id != ''
    group by person_id
),

reliefs as (
    select
        head_person_id as person_id,
        argMin(relief_kind, transform(relief_kind, ['special_poverty', 'minimum_living'], [1, 2], 3)) as relief_kind,
        min(recognised_on) as relief_since
    from {{ ref('relief') }}
    where is_active = 1 and head_person_id != ''
    group by head_person_id
),

homes as (
    select person_id, count() as homes
    from {{ ref('property_right') }}
    where is_active = 1 and is_residence = 1 and person_id != ''
    group by person_id
),

benefits as (
    select person_id, count() as benefits
    from {{ ref('benefit') }}
    where is_active = 1 and person_id != ''
    group by person_id
)

select
    served.person_id as object_key,
    served.person_id as person_id,
    families.household_id as household_id,
    tenancies.contract_no as contract_no,
    dwelling.enterprise_id as enterprise_id,
    {{ dwelling_key_columns('dwelling') }},
    {{ dwelling_or_application_columns('dwelling', 'application') }},
    age('year', person.birth_date, {{ as_of() }}) as age_years,
    person.sex_code as sex_code,
    person.marital_status as marital_status,
    person.local_register as is_local,
    if(age('year', person.birth_date, {{ as_of() }}) >= 18, addYears(person.birth_date, 18), null) as turned_18_on,
    if(age('year', person.birth_date, {{ as_of() }}) >= 60, addYears(person.birth_date, 60), null) as turned_60_on,
    families.is_applicant as is_applicant,
    families.is_waiting as is_waiting,
    if(families.is_waiting = 1, dateDiff('day', families.waiting_since, {{ as_of() }}), null) as waiting_days,
    application.applicant_group as applicant_group,
    nullIf(sizes.members, 0) as household_members,
    toUInt8(tenancies.person_id != '') as is_tenant,
    toUInt8(occupants.person_id != '') as is_occupant,
    if(tenancies.person_id = '', null, tenancies.tenant_since) as tenant_since,
    if(tenancies.person_id = '', null, age('year', tenancies.tenant_since, {{ as_of() }})) as tenant_years,
    insured.is_insured as is_insured,
    reliefs.relief_kind as relief_kind,
    if(reliefs.person_id = '', null, reliefs.relief_since) as relief_since,
    toUInt32(benefits.benefits) as other_benefits,
    toUInt32(homes.homes) as homes,
    if(rents.person_id = '', null, rents.bills_12) as bills_12,
    if(rents.person_id = '', null, rents.late_bills_12) as late_bills_12,
    if(rents.person_id = '', null, rents.open_bills) as open_bills,
    if(rents.person_id = '', null, rents.oldest_open_days) as oldest_open_days,
    if(rents.person_id = '', null, rents.last_bill_open) as last_bill_open
from served
left join {{ ref('person') }} as person on person.person_id = served.person_id
left join families on families.person_id = served.person_id
left join sizes on sizes.household_id = families.household_id
left join tenancies on tenancies.person_id = served.person_id
left join occupants on occupants.person_id = served.person_id
left join rents on rents.person_id = served.person_id
left join insured on insured.person_id = served.person_id
left join reliefs on reliefs.person_id = served.person_id
left join homes on homes.person_id = served.person_id
left join benefits on benefits.person_id = served.person_id
left join {{ ref('application') }} as application on application.household_id = families.household_id and families.household_id != ''
left join {{ ref('dwelling') }} as dwelling
    on dwelling.dwelling_id = if(tenancies.dwelling_id != '', tenancies.dwelling_id, occupants.dwelling_id) and dwelling.dwelling_id != ''
