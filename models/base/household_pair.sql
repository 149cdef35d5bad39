{{ config(materialized='table', order_by=['application_no', 'other_no']) }}

{#
  Applications that share people, each pair both ways: how many, how many of them grown up, and what stands against their being one
  household. The rules of `household_link` and the explanations of `anju why` read the same counts.
#}

with

applications as (

    select application_no, applied_on from {{ ref('application') }}

),

members as (

    select
        members.household_id as application_no,
        members.person_id as person_id,
        max(members.is_applicant) as is_applicant,
        max(members.kinship_code in ('10', '11', '12')) as is_spouse,
        max(members.marital_status = '40') as is_divorced,
        -- Of age on the day of the application; where no birthday is known the person counts as grown up.
        max(ifNull(
            addYears(coalesce(members.birth_date, toDate32OrNull(substring(members.id_number, 7, 8))), 18) <= applications.applied_on, 1
        )) as is_adult

    from {{ ref('household_member') }} as members
    inner join applications on members.household_id = applications.application_no
    where members.person_id != ''
    group by members.household_id, members.person_id

),

applied as (

    select application_no, max(is_spouse) as has_spouse, max(is_applicant = 1 and is_divorced = 1) as is_divorced
    from members
    group by application_no

),

shared as (

    select
        one.application_no as application_no,
        other.application_no as other_no,
        toUInt32(count()) as people,
        toUInt32(countIf(one.is_adult = 1 or other.is_adult = 1)) as adults,
        toUInt8(max(one.is_applicant = 1 and other.is_applicant = 1)) as is_same_applicant,
        countIf(one.is_applicant = 1 or one.is_spouse = 1) as of_the_one_couple,
        countIf(other.is_applicant = 1 or other.is_spouse = 1) as of_the_other_couple

    from members as one
    inner join members as other on one.person_id = other.person_id
    where one.application_no != other.application_no
    group by one.application_no, other.application_no

),

final as (

    select
        shared.application_no as application_no,
        shared.other_no as other_no,
        shared.people as people,
        shared.adults as adults,
        shared.is_same_applicant as is_same_applicant,
        -- A couple in one, of whom at most one is in the other, whose applicant is divorced: which of them is the household is for people to say.
        toUInt8(
            (one.is_divorced = 1 and other.has_spouse = 1 and shared.of_the_other_couple < 2)
            or (other.is_divorced = 1 and one.has_spouse = 1 and shared.of_the_one_couple < 2)
        ) as is_parted,
        toUInt8(shared.people >= 2 or shared.is_same_applicant = 1) as is_linked

    from shared
    inner join applied as one on shared.application_no = one.application_no
    inner join applied as other on shared.other_no = other.application_no

)

select * from final
