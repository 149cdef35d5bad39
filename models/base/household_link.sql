{{ config(materialized='table', order_by=['source_kind', 'source_no']) }}

{#
  A household (CJJ/T 196 家庭): people who apply or are registered together. Two sources are one household when the same
  people stand in them: the applicant, or two of them. Its id is the number of the earliest application, and stays.
  What is less than that, or stands against it, waits for people (`other_households`); what they decided goes before the rules.
#}

with

applications as (

    select application_no, ifNull(applied_on, toDate32('2299-12-31')) as applied_on, concat(record_source, '.application') as source_dataset
    from {{ ref('application') }}

),

applied as (

    select * from {{ ref('household_applied') }}

),

-- What people decided of registers: that one is that household, or is not.
decided as (

    select
        said_key as said_no,
        anyIf(means_household, verdict = 'same') as decided_household,
        groupArrayIf(means_household, verdict = 'different') as not_households

    from {{ ref('decided_household') }}
    where said_dataset = 'police.household_register'
    group by said_key

),

-- Two households people said are not one, both ways.
apart as (

    select arrayJoin([(household_id, not_household), (not_household, household_id)]) as two
    from (select household_id, arrayJoin(not_households) as not_household from applied)

),

-- Households that share one grown-up person: asked once, of the later one's first application that does.
between as (

    select pairs.application_no as application_no, earlier.household_id as other_household

    from {{ ref('household_pair') }} as pairs
    inner join applied as own on pairs.application_no = own.application_no
    inner join applied as earlier on pairs.other_no = earlier.application_no
    inner join applications as own_first on own.household_id = own_first.application_no
    inner join applications as other_first on earlier.household_id = other_first.application_no
    where
        pairs.is_linked = 0 and pairs.adults > 0 and own.household_id != earlier.household_id
        and (other_first.applied_on, other_first.application_no) < (own_first.applied_on, own_first.application_no)
        and (own.household_id, earlier.household_id) not in (select two from apart)
    order by pairs.application_no = own.household_id desc, pairs.application_no
    limit 1 by own.household_id, earlier.household_id

),

doubts as (

    select application_no, other_household, 'one person' as doubt from between
    union all
    -- Linked with one household, and with another besides.
    select pairs.application_no as application_no, earlier.household_id as other_household, 'fits two' as doubt
    from {{ ref('household_pair') }} as pairs
    inner join applications on pairs.application_no = applications.application_no
    inner join applications as before on pairs.other_no = before.application_no
    inner join applied as own on pairs.application_no = own.application_no
    inner join applied as earlier on pairs.other_no = earlier.application_no
    where
        pairs.is_linked = 1 and own.household_id != earlier.household_id
        and (before.applied_on, before.application_no) < (applications.applied_on, applications.application_no)
        and not has(own.not_households, earlier.household_id)
    union all
    select application_no, household_id as other_household, 'parted' as doubt
    from applied
    where is_doubtful = 1

),

doubted as (

    select
        application_no,
        arraySort(groupArray((other_household, doubt))) as asked

    from (select * from doubts order by application_no, other_household, doubt limit 1 by application_no, other_household)
    where application_no not in (select application_no from applied where how = 'decided')
    group by application_no

),

members as (

    select distinct household_id as application_no, person_id, is_applicant
    from {{ ref('household_member') }}
    where person_id != ''

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
        any(registered.people) as people,
        has(any(decided.not_households), household_id) as is_refused,
        any(decided.decided_household) as decided_household,
        is_refused = 0 and (shared_people * 2 > people or with_applicant = 1) as is_linked

    from registered
    inner join members on registered.person_id = members.person_id
    inner join applied on members.application_no = applied.application_no
    left join decided on registered.register_no = decided.said_no
    group by registered.register_no, applied.household_id

),

-- Its households, the likeliest first; what people decided goes before.
best as (

    select
        register_no,
        arraySort(one -> (1 - one.1, -toInt64(one.2), 1 - one.3, one.4), groupArray((
            is_linked, toUInt32(shared_people), with_applicant, household_id, people, is_refused, shared_people * 2 > people
        ))) as found,
        any(decided_household) as decided_household

    from matched
    group by register_no

),

-- A register that is linked with none and names somebody of a household, or that could as well be another's: a part of it moved, or a family split.
register_doubts as (

    select
        register_no,
        arraySort(groupUniqArray((other.4, 'part of a register'))) as asked
    from best
    array join found as other
    where
        decided_household = '' and other.6 = 0
        and (found[1].1 = 0 or (other.1 = 1 and other.4 != found[1].4))
    group by register_no

),

final as (

    select
        'application' as source_kind,
        applied.application_no as source_no,
        applied.household_id as household_id,
        toUInt32(0) as shared_people,
        applications.source_dataset as source_dataset,
        applied.how as how,
        doubted.asked as asked

    from applied
    inner join applications on applied.application_no = applications.application_no
    left join doubted on applied.application_no = doubted.application_no
    union all
    select
        'register' as source_kind,
        best.register_no as source_no,
        multiIf(
            best.decided_household != '', {{ kept_code('best.decided_household', ref('household_merged')) }},
            best.found[1].1 = 1, best.found[1].4, ''
        ) as household_id,
        arrayFirst(other -> other.4 = household_id, best.found).2 as shared_people,
        'police.household_register' as source_dataset,
        multiIf(
            best.decided_household != '', 'decided', best.found[1].1 = 0, '', best.found[1].7 = 1, 'register', 'register_applicant'
        ) as how,
        register_doubts.asked as asked

    from best
    left join register_doubts on best.register_no = register_doubts.register_no
    where household_id != '' or notEmpty(asked)

)

select
    source_kind,
    source_no,
    household_id,
    shared_people,
    source_dataset,
    source_no as record_key,
    how,
    arrayMap(one -> one.1, asked) as other_households,
    arrayMap(one -> one.2, asked) as doubts

from final
