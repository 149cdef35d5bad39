{{ config(
    schema='mart_property', alias='incident', materialized='table', engine='MergeTree()',
    order_by=['reported_on', 'district_code', 'street_code', 'incident_no']
) }}
{#- One row per incident in a compound (004:328-350, 004:412-414): of what kind, and the minutes until somebody came and until it was over. -#}
select
    incident.incident_no as incident_no,
    {{ project_columns('project') }},
    {{ division_columns('incident') }},
    incident.building_no as building_no,
    incident.dwelling_id as dwelling_id,
    incident.facility_no as facility_no,
    incident.incident_kind as incident_kind,
    incident.incident_state as incident_state,
    incident.reported_on as reported_on,
    incident.reported_at as reported_at,
    incident.accepted_at as accepted_at,
    incident.finished_at as finished_at,
    incident.incident_state = 'false_alarm' as is_false_alarm,
    incident.finished_at is not null or incident.incident_state in ('done', 'closed', 'false_alarm') as is_finished,
    if(is_false_alarm or incident.minutes_to_accept < 0, null, incident.minutes_to_accept) as minutes_to_accept,
    if(is_false_alarm or incident.minutes_to_finish < 0, null, incident.minutes_to_finish) as minutes_to_finish
from {{ ref('incident') }} as incident
left join {{ ref('project') }} as project on project.project_id = incident.project_id
