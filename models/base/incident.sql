{{ config(materialized='table', order_by=['incident_no']) }}

with

incidents as (

    select * from {{ ref('std_property_management__incident') }} where is_current = 1

),

links as (

    {{ dwelling_links('property_management.incident') }}

),

projects as (

    select * from {{ ref('project') }}

),

final as (

    select
        incidents.incident_no as incident_no,
        incidents.project_no as project_id,
        {{ division_columns('projects') }},
        incidents.building_no as building_no,
        links.dwelling_id as dwelling_id,
        incidents.equipment_no as facility_no,
        incidents.incident_kind as incident_kind,
        incidents.incident_state as incident_state,
        assumeNotNull(incidents.reported_at) as reported_at,
        toDate(toTimeZone(assumeNotNull(incidents.reported_at), 'Asia/Shanghai')) as reported_on,
        incidents.accepted_at as accepted_at,
        incidents.finished_at as finished_at,
        dateDiff('minute', incidents.reported_at, incidents.accepted_at) as minutes_to_accept,
        dateDiff('minute', incidents.reported_at, incidents.finished_at) as minutes_to_finish,
        incidents.description as description

    from incidents
    left join links on incidents.incident_no = links.of_key
    left join projects on incidents.project_no = projects.project_id

)

select * from final
