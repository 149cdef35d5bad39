{{ config(materialized='table', order_by=['facility_no']) }}

with

equipment as (

    select * from {{ ref('std_property_management__equipment') }} where is_current = 1

),

projects as (

    select * from {{ ref('project') }}

),

inspected as (

    select equipment_no, max(inspected_on) as last_on from {{ ref('std_property_management__inspection') }}
    where is_current = 1
    group by equipment_no

),

maintained as (

    select equipment_no, max(done_on) as last_on from {{ ref('std_property_management__maintenance') }}
    where is_current = 1
    group by equipment_no

),

final as (

    select
        equipment.equipment_no as facility_no,
        equipment.project_no as project_id,
        {{ division_columns('projects') }},
        equipment.building_no as building_no,
        equipment.facility_kind as facility_kind,
        equipment.equipment_name as facility_name,
        equipment.model as model,
        equipment.maker as maker,
        equipment.location as location,
        equipment.installed_on as installed_on,
        equipment.warranty_until as warranty_until,
        equipment.inspection_cycle_days as inspection_cycle_days,
        equipment.maintenance_cycle_days as maintenance_cycle_days,
        equipment.facility_state as facility_state,
        equipment.state_on as state_on,
        inspected.last_on as last_inspected_on,
        maintained.last_on as last_maintained_on,
        toUInt8(coalesce(addDays(coalesce(inspected.last_on, equipment.installed_on), equipment.inspection_cycle_days) < {{ as_of() }}, false)) as is_inspection_overdue,
        toUInt8(coalesce(addDays(coalesce(maintained.last_on, equipment.installed_on), equipment.maintenance_cycle_days) < {{ as_of() }}, false)) as is_maintenance_overdue

    from equipment
    left join projects on equipment.project_no = projects.project_id
    left join inspected on equipment.equipment_no = inspected.equipment_no
    left join maintained on equipment.equipment_no = maintained.equipment_no

)

select * from final
