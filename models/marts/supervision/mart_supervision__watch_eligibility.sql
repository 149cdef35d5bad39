{{ config(
    schema='mart_supervision', alias='watch_eligibility', materialized='table', engine='MergeTree()', order_by=['object_key']
) }}
{#-
  One row per household that was polled (AL103; 002:6715-6731): what the last poll of each analysis said of it, taken together, since when without a break
  what is still refused has been refused, and by how many rules. A poll of one analysis neither clears nor reopens what others found, and one
  about a day in the past (asked late) does not speak of today. What polls find is written by pipelines/eligibility/poll.ts; households that no longer hold anything are not watched.
-#}
with told as (
    select
        household_id, poll_id, day, analysis, of_analysis,
        length(arrayFilter((rule, its) -> its = analysis, failed, arraySlice(rule_analyses, 1, length(failed)))) as failed_count,
        arrayFilter((reason, its) -> its = analysis, reasons, rule_analyses) as analysis_reasons
    from {{ source('eligibility', 'verdict') }}
    array join analyses as analysis, verdicts as of_analysis
),

latest as (
    select
        household_id,
        analysis,
        argMax(of_analysis, (day, poll_id)) as last_verdict,
        argMax(failed_count, (day, poll_id)) as last_failed,
        argMax(analysis_reasons, (day, poll_id)) as last_reasons,
        maxIf((day, poll_id), of_analysis != 'refuse') as last_other
    from told
    group by household_id, analysis
),

polled as (
    select
        household_id,
        toString(min(last_verdict)) as verdict,
        toUInt32(sum(last_failed)) as failed_rules,
        arrayStringConcat(arrayFlatten(arrayMap(one -> one.2, arraySort(one -> one.1, groupArray((toString(analysis), last_reasons))))), '；') as reasons
    from latest
    group by household_id
),

since as (
    select told.household_id as household_id, min(told.day) as refused_since
    from told
    inner join latest on latest.household_id = told.household_id and latest.analysis = told.analysis
    where latest.last_verdict = 'refuse' and (told.day, told.poll_id) > latest.last_other
    group by told.household_id
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
