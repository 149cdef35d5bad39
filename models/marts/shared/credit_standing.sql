{{ config(materialized='ephemeral') }}
{#- One row per party: its score, the sum of its entries, and the best grade the score reaches. -#}
with scores as (
    select
        entry.party_kind as party_kind,
        entry.party_id as party_id,
        sum(entry.points) as score,
        toUInt32(countIf(entry.event not in ('start', 'limit'))) as entries,
        toUInt32(countIf(startsWith(entry.event, 'case:'))) as cases,
        sumIf(entry.points, entry.points < 0 and entry.event != 'limit') as deducted,
        minIf(entry.happened_on, entry.points < 0 and entry.happened_on is not null) as since
    from {{ ref('credit_entry') }} as entry
    group by entry.party_kind, entry.party_id
),

grades as (
    select
        scores.party_kind as party_kind,
        scores.party_id as party_id,
        argMax(grade.grade, grade.from_score) as grade,
        argMax(grade.grade_zh, grade.from_score) as grade_zh
    from scores
    cross join {{ ref('credit_band') }} as grade
    where scores.score >= toDecimal64(grade.from_score, 2)
    group by scores.party_kind, scores.party_id
)

select
    scores.party_kind as party_kind,
    scores.party_id as party_id,
    scores.score as score,
    grades.grade as grade,
    grades.grade_zh as grade_zh,
    scores.entries as entries,
    scores.cases as cases,
    scores.deducted as deducted,
    scores.since as since
from scores
left join grades on grades.party_kind = scores.party_kind and grades.party_id = scores.party_id
