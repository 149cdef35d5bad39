{{ config(materialized='table', order_by=['application_no']) }}

{#
  The household of each application: what people decided goes before the rules, and an application follows the earliest of those
  it is linked with (`household_pair`), step by step to the first. A table of its own, for `household_link` reads it many times.
#}

with

applications as (

    select application_no, ifNull(applied_on, toDate32('2299-12-31')) as applied_on from {{ ref('application') }}

),

-- What people decided (household decisions of the operational store): an application is that household, or is not.
-- Its number counts, whichever of the two stores tells of it.
decided as (

    select
        if(said_household != '', said_household, said_key) as said_no,
        anyIf(means_household, verdict = 'same') as decided_household,
        groupArrayIf(means_household, verdict = 'different') as not_households

    from {{ ref('decided_household') }}
    where (said_household = '' and said_dataset != 'police.household_register') or (said_household != '' and verdict = 'different')
    group by said_no

),

-- Whom an application may follow: what people decided, else the earliest of those it is linked with, itself among them.
steps as (

    select
        applications.application_no as application_no,
        pairs.other_no as other_no,
        toUInt8(1) as turn,
        others.applied_on as applied_on,
        if(pairs.is_same_applicant = 1, 'applicant', 'members') as how,
        toUInt8(pairs.is_parted = 1 or pairs.adults = 0) as is_doubtful,
        decided.not_households as not_households

    from {{ ref('household_pair') }} as pairs
    inner join applications on pairs.application_no = applications.application_no
    inner join applications as others on pairs.other_no = others.application_no
    left join decided on pairs.application_no = decided.said_no
    where pairs.is_linked = 1 and (others.applied_on, others.application_no) < (applications.applied_on, applications.application_no)
    union all
    select application_no, application_no as other_no, toUInt8(2) as turn, applied_on, 'first' as how, toUInt8(0) as is_doubtful, [] as not_households
    from applications
    union all
    select said_no as application_no, decided_household as other_no, toUInt8(0) as turn, toDate32('1970-01-01') as applied_on, 'decided' as how,
        toUInt8(0) as is_doubtful, [] as not_households
    from decided
    where decided_household in (select application_no from applications)

),

-- Step by step to the first of the chain, never to a household people said it is not: of decisions that hang together over four
-- applications the fourth may need the answer of the third, which is why there are four.
followed_0 as (

    select application_no, application_no as household_id from applications

),
{% set kept = kept_code('if(steps.other_no = steps.application_no, steps.application_no, earlier.household_id)', ref('household_merged')) %}
{%- for turn in range(1, 5) %}

followed_{{ turn }} as (

    select
        steps.application_no as application_no,
        argMinIf(
            ({{ kept }}, if(steps.how = 'first' and {{ kept }} != steps.application_no, 'decided', steps.how), steps.is_doubtful),
            (steps.turn, steps.applied_on, steps.other_no),
            steps.turn != 1 or not has(steps.not_households, {{ kept }})
        ) as found,
        found.1 as household_id,
        found.2 as how,
        found.3 as is_doubtful

    from steps
    inner join followed_{{ turn - 1 }} as earlier on steps.other_no = earlier.application_no
    group by steps.application_no

),
{%- endfor %}

final as (

    select
        followed_4.application_no as application_no,
        followed_4.household_id as household_id,
        followed_4.how as how,
        followed_4.is_doubtful as is_doubtful,
        decided.not_households as not_households

    from followed_4
    left join decided on followed_4.application_no = decided.said_no

)

select * from final
