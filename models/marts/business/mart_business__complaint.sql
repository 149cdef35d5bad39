{{ config(
    schema='mart_business', alias='complaint', materialized='table', engine='MergeTree()',
    order_by=['complained_on', 'district_code', 'street_code', 'complaint_no']
) }}
{#-
  One row per complaint (002:10858, M81). Timeliness is judged only where there is a deadline that has passed or an
  answer: a complaint still within its time is neither timely nor late.
-#}
select
    complaint.complaint_no as complaint_no,
    complaint.dwelling_id as dwelling_id,
    dwelling.house_code as house_code,
    dwelling.building_no as building_no,
    dwelling.unit_no as unit_no,
    dwelling.room_no as room_no,
    complaint.project_id as project_id,
    project.project_name as project_name,
    project.project_kind as project_kind,
    project.allocation_kind as allocation_kind,
    {{ division_columns('complaint') }},
    {{ operator_columns('enterprise') }},
    complaint.complaint_kind as complaint_kind,
    complaint.complaint_state as complaint_state,
    complaint.complained_on as complained_on,
    complaint.complained_at as complained_at,
    complaint.due_at as due_at,
    complaint.answered_at as answered_at,
    complaint.answered_at is not null as is_answered,
    complaint.due_at is not null and (is_answered or toDate32(complaint.due_at, 'Asia/Shanghai') < {{ as_of() }}) as is_judged,
    is_judged and ifNull(complaint.answered_at <= complaint.due_at, 0) as is_timely,
    is_judged and not is_answered and complaint.complaint_state not in ('rejected', 'withdrawn') as is_overdue,
    if(is_answered, dateDiff('hour', complaint.complained_at, complaint.answered_at), null) as hours_to_answer,
    toUInt8OrNull(complaint.rating) as rating,
    rating >= 4 as is_praised,
    {{ as_of() }} as as_of
from {{ ref('complaint') }} as complaint
left join {{ ref('project') }} as project on project.project_id = complaint.project_id
left join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = complaint.dwelling_id
left join {{ ref('enterprise') }} as enterprise on enterprise.enterprise_id = project.enterprise_id
