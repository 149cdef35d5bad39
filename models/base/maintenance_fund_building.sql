{{ config(materialized='table', order_by=['building_no']) }}

with

buildings as (

    select * from {{ ref('std_maintenance_fund__building') }} where is_current = 1

),

areas as (

    select * from {{ ref('maintenance_fund_area') }}

),

final as (

    select
        buildings.building_no as building_no,
        buildings.area_no as area_no,
        {{ division_columns('areas') }},
        buildings.building_name as building_name,
        buildings.total_floors as total_floors,
        buildings.has_lift as has_lift,
        buildings.floor_area as floor_area,
        buildings.completed_on as completed_on,
        buildings.lost_on as lost_on

    from buildings
    left join areas on buildings.area_no = areas.area_no

)

select * from final
