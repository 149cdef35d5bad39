{{ config(materialized='table', order_by=['unit_no']) }}

with

units as (

    select * from {{ ref('std_maintenance_fund__unit') }} where is_current = 1

),

buildings as (

    select * from {{ ref('maintenance_fund_building') }}

),

final as (

    select
        units.unit_no as unit_no,
        units.building_no as building_no,
        buildings.area_no as area_no,
        units.unit_name as unit_name,
        units.dwellings as dwellings,
        units.lost_on as lost_on

    from units
    left join buildings on units.building_no = buildings.building_no

)

select * from final
