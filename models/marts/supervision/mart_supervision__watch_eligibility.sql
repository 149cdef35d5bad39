{{ config(
    schema='mart_supervision', alias='watch_eligibility', materialized='table', engine='MergeTree()', order_by=['object_key']
) }}
{#-
  One row per household whose last poll did not find it eligible (AL103; 002:6715-6731): the verdict, since when without a break it has been so, and
  how many rules. What polls find is written by pipelines/eligibility/poll.ts; households that no longer hold anything are not watched.
-#}
with polled as (
    select
        told.household_id as household_id,
        argMax(toString(told.verdict), told.poll_id) as verdict,
        argMax(toUInt32(length(told.failed)), told.poll_id) as failed_rules,
        argMax(arrayStringConcat(told.reasons, '；'), told.poll_id) as reasons,
        maxIf(told.poll_id, told.verdict != 'refuse') as last_other
    from {{ source('eligibility', 'verdict') }} as told
    group by told.household_id
),

since as (
    select polled.household_id as household_id, min(told.day) as refused_since
    from {{ source('eligibility', 'verdict') }} as told
    inner join polled on polled.household_id = told.household_id
    where told.poll_id > polled.last_other
    group by polled.household_id
)

select
    watched.object_key as object_key,
    {% for column in ['person_id', 'household_id', 'contract_no', 'enterprise_id', 'dwelling_id', 'house_code', 'building_no', 'unit_no', 'room_no',
        'project_id', 'project_name', 'project_kind', 'allocation_kind', 'district_code', 'district_name', 'street_code', 'street_name',
        'community_code', 'community_name', 'programme'] -%}
    watched.{{ column }} as {{ column }},
    {% endfor -%}
    polled.verdict as verdict,
    polled.failed_rules as failed_rules,
    polled.reasons as reasons,
    if(polled.verdict = 'refuse', since.refused_since, null) as refused_since
from {{ ref('mart_supervision__watch_household') }} as watched
inner join polled on polled.household_id = watched.object_key
left join since on since.household_id = watched.object_key
where polled.verdict != 'pass'
