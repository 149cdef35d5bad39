{{ config(materialized='table', order_by=['facility_no', 'maintenance_no']) }}

with

works as (

    select * from {{ ref('std_property_management__maintenance') }} where is_current = 1

),

facilities as (

    select * from {{ ref('facility') }}

),

final as (

    select
        works.maintenance_no as maintenance_no,
        works.equipment_no as facility_no,
        facilities.project_id as project_id,
        {{ division_columns('facilities') }},
        works.maintenance_kind as maintenance_kind,
        works.planned_on as planned_on,
        works.done_on as done_on,
        works.contractor_name as contractor_name,
        works.cost as cost,
        works.incident_no as incident_no,
        works.content as content

    from works
    left join facilities on works.equipment_no = facilities.facility_no

)

select * from final
