{{ config(materialized='table', order_by=['facility_no', 'inspection_no']) }}

with

inspections as (

    select * from {{ ref('std_property_management__inspection') }} where is_current = 1

),

facilities as (

    select * from {{ ref('facility') }}

),

final as (

    select
        inspections.inspection_no as inspection_no,
        inspections.equipment_no as facility_no,
        facilities.project_id as project_id,
        {{ division_columns('facilities') }},
        inspections.inspection_kind as inspection_kind,
        inspections.planned_on as planned_on,
        inspections.inspected_on as inspected_on,
        dateDiff('day', inspections.planned_on, inspections.inspected_on) as days_late,
        inspections.inspection_result as inspection_result,
        inspections.finding as finding,
        inspections.rectified_on as rectified_on,
        toUInt8(inspections.inspection_result in ('minor', 'major') and inspections.rectified_on is null) as is_open_hazard

    from inspections
    left join facilities on inspections.equipment_no = facilities.facility_no

)

select * from final
