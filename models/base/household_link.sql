{{ config(materialized='table', order_by=['source_kind', 'source_no']) }}

{#
  A household (CJJ/T 196 家庭): people who apply or are registered together. Two sources are one household when the same
  people stand in them: the applicant, or two of them. Its id is the number of the earliest application, and stays.
#}

with

members as (

    select distinct household_id as application_no, person_id, is_applicant
    from {{ ref('household_member') }}
    where person_id != ''

),

applications as (

    select application_no, applied_on from {{ ref('application') }}

),

-- Who applies again applies for the same household; so do two of its members.
shared as (

    select
        one.application_no as application_no,
        other.application_no as other_no,
        count() as people,
        countIf(one.is_applicant = 1 and other.is_applicant = 1) as applicants
    from members as one
    inner join members as other on one.person_id = other.person_id
    group by one.application_no, other.application_no
    having people >= 2 or applicants > 0 or one.application_no = other.application_no

),

nearest as (

    select
        shared.application_no as application_no,
        argMin(shared.other_no, (ifNull(applications.applied_on, toDate32('2299-12-31')), shared.other_no)) as earliest
    from shared
    inner join applications on shared.other_no = applications.application_no
    group by shared.application_no

),

-- An application leads to its earliest, and that to its own: chains of applications over the years end in the first.
applied as (

    select
        applications.application_no as application_no,
        multiIf(third.earliest != '', third.earliest, second.earliest != '', second.earliest, first.earliest != '', first.earliest,
            applications.application_no) as household_id
    from applications
    left join nearest as first on applications.application_no = first.application_no
    left join nearest as second on first.earliest = second.application_no
    left join nearest as third on second.earliest = third.application_no

),

registered as (

    select register_no, person_id, count() over (partition by register_no) as people
    from {{ ref('register') }}
    where register_no != '' and person_id != ''

),

-- A register is the household most of its people live in; of one person alone, the one they apply for themselves.
matched as (

    select
        registered.register_no as register_no,
        applied.household_id as household_id,
        uniqExact(registered.person_id) as shared_people,
        max(members.is_applicant) as with_applicant,
        any(registered.people) as people
    from registered
    inner join members on registered.person_id = members.person_id
    inner join applied on members.application_no = applied.application_no
    group by registered.register_no, applied.household_id
    having shared_people * 2 > people or with_applicant = 1

),

best as (

    select register_no, household_id, toUInt32(shared_people) as shared_people
    from matched
    order by register_no, shared_people desc, with_applicant desc, household_id
    limit 1 by register_no

),

final as (

    select 'application' as source_kind, application_no as source_no, household_id, toUInt32(0) as shared_people from applied
    union all
    select 'register' as source_kind, register_no as source_no, household_id, shared_people from best

)

select * from final
