{{ config(
    schema='mart_supervision', alias='watch_credit', materialized='table', engine='MergeTree()', order_by=['object_key']
) }}
{#- One row per party with entries in its credit (AL66, AL100, AL117; 002:1997, 002:5343): its score and grade. A tenant is a household. -#}
with projects as (
    select
        told.owner as enterprise_id,
        min(told.project_id) as project_id
    from (
        select arrayJoin(arrayDistinct([enterprise_id, builder_enterprise_id])) as owner, project_id
        from {{ ref('project') }}
    ) as told
    where told.owner != ''
    group by told.owner
)

select
    concat(scores.party_kind, ':', scores.party_id) as object_key,
    if(scores.party_kind = 'tenant', application.applicant_person_id, '') as person_id,
    if(scores.party_kind = 'tenant', scores.party_id, '') as household_id,
    '' as contract_no,
    multiIf(scores.party_kind = 'enterprise', scores.party_id, scores.party_kind = 'supplier', supplier.enterprise_id, '') as enterprise_id,
    {{ no_dwelling_columns() }},
    {{ project_columns('project') }},
    {% for column in ['district_code', 'district_name', 'street_code', 'street_name', 'community_code', 'community_name'] -%}
    multiIf(scores.party_kind = 'enterprise', project.{{ column }}, scores.party_kind = 'supplier', supplier.{{ column }}, application.{{ column }}) as {{ column }},
    {% endfor -%}
    scores.party_kind as party_kind,
    scores.score as score,
    scores.grade as grade,
    scores.cases as cases,
    scores.since as since
from {{ ref('credit_standing') }} as scores
left join {{ ref('application') }} as application on application.application_no = scores.party_id and scores.party_kind = 'tenant'
left join projects on projects.enterprise_id = scores.party_id and scores.party_kind = 'enterprise'
left join {{ ref('project') }} as project on project.project_id = projects.project_id and projects.project_id != ''
left join {{ ref('supplier') }} as supplier on supplier.supplier_no = scores.party_id and scores.party_kind = 'supplier'
where scores.entries > 0
