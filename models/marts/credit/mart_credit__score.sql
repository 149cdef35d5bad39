{{ config(
    schema='mart_credit', alias='score', materialized='table', engine='MergeTree()', order_by=['party_kind', 'party_id']
) }}
{#-
  One row per party: its credit on the as-of day (M57, M58, M88, M130; 002:1589-1657), the grade, and its place in the ranking of its kind, best
  first; equal scores share a place. A tenant is a household and placed where its application is, an enterprise where its first
  project is, a supplier where it is registered.
-#}
{%- set place_columns = ['district_code', 'district_name', 'street_code', 'street_name', 'community_code', 'community_name'] %}
with projects as (
    select
        told.owner as enterprise_id,
        {% for column in place_columns -%}
        argMin(told.{{ column }}, told.project_id) as {{ column }}{{ '' if loop.last else ',' }}
        {% endfor %}
    from (
        select arrayJoin(arrayDistinct([enterprise_id, builder_enterprise_id])) as owner, project_id, {{ place_columns | join(', ') }}
        from {{ ref('project') }}
    ) as told
    where told.owner != ''
    group by told.owner
)

select
    standing.party_kind as party_kind,
    standing.party_id as party_id,
    if(standing.party_kind = 'supplier', supplier.supplier_name, enterprise.enterprise_name) as enterprise_name,
    standing.score as score,
    standing.grade as grade,
    standing.grade_zh as grade_zh,
    toUInt32(rank() over (partition by standing.party_kind order by standing.score desc)) as place,
    standing.entries as entries,
    standing.cases as cases,
    standing.deducted as deducted,
    {% for column in place_columns -%}
    multiIf(standing.party_kind = 'tenant', application.{{ column }}, standing.party_kind = 'supplier', supplier.{{ column }}, projects.{{ column }}) as {{ column }},
    {% endfor -%}
    {{ as_of() }} as as_of
from ({{ credit_standing(ref('mart_credit__entry')) }}) as standing
left join {{ ref('application') }} as application on application.application_no = standing.party_id and standing.party_kind = 'tenant'
left join {{ ref('enterprise') }} as enterprise on enterprise.enterprise_id = standing.party_id and standing.party_kind = 'enterprise'
left join {{ ref('supplier') }} as supplier on supplier.supplier_no = standing.party_id and standing.party_kind = 'supplier'
left join projects on projects.enterprise_id = standing.party_id
