{{ config(
    schema='mart_property', alias='inspection', materialized='table', engine='MergeTree()',
    order_by=['planned_on', 'district_code', 'street_code', 'inspection_no']
) }}
{#- One row per inspection planned by the as-of day (004:354-358, 004:417-424): done in time, late, or missing; and the hazards found. -#}
select
    inspection.inspection_no as inspection_no,
    inspection.facility_no as facility_no,
    facility.facility_kind as facility_kind,
    facility.facility_name as facility_name,
    {{ project_columns('project') }},
    {{ division_columns('inspection') }},
    inspection.inspection_kind as inspection_kind,
    inspection.inspection_result as inspection_result,
    assumeNotNull(inspection.planned_on) as planned_on,
    inspection.inspected_on as inspected_on,
    ifNull(inspection.inspected_on <= inspection.planned_on, 0) as is_timely,
    inspection.inspection_result in ('minor', 'major') as is_hazard,
    inspection.rectified_on as rectified_on,
    inspection.is_open_hazard as is_open_hazard
from {{ ref('facility_inspection') }} as inspection
left join {{ ref('facility') }} as facility on facility.facility_no = inspection.facility_no
left join {{ ref('project') }} as project on project.project_id = inspection.project_id
where inspection.planned_on is not null and inspection.planned_on <= {{ as_of() }}
