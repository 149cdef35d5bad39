{#
  One row per party of `entries`: its score, which is their sum, and the best grade the score reaches. `entries` are read once: what a
  common table expression gives is worked out again for each who reads it.
#}
{% macro credit_standing(entries) -%}
select
    scores.party_kind as party_kind,
    scores.party_id as party_id,
    scores.score as score,
    arrayLast(
        band -> band.1 <= scores.score,
        (select arraySort(groupArray((toDecimal64(from_score, 2), grade, grade_zh))) from {{ ref('credit_band') }})
    ) as best,
    best.2 as grade,
    best.3 as grade_zh,
    scores.entries as entries,
    scores.cases as cases,
    scores.deducted as deducted,
    scores.since as since
from (
    select
        entry.party_kind as party_kind,
        entry.party_id as party_id,
        sum(entry.points) as score,
        toUInt32(countIf(entry.event not in ('start', 'limit'))) as entries,
        toUInt32(countIf(startsWith(entry.event, 'case:'))) as cases,
        sumIf(entry.points, entry.points < 0 and entry.event != 'limit') as deducted,
        minIf(entry.happened_on, entry.points < 0 and entry.happened_on is not null) as since
    from {{ entries }} as entry
    group by entry.party_kind, entry.party_id
) as scores
{%- endmacro %}
