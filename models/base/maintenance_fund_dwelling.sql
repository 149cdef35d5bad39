{{ config(materialized='table', order_by=['dwelling_no']) }}

with

dwellings as (

    select * from {{ ref('std_maintenance_fund__dwelling') }} where is_current = 1

),

units as (

    select * from {{ ref('maintenance_fund_unit') }}

),

areas as (

    select * from {{ ref('maintenance_fund_area') }}

),

-- By the real-estate unit code or the address, as any other record that names a dwelling (base.dwelling_link).
links as (

    {{ dwelling_links('maintenance_fund.dwelling') }}

),

final as (

    select
        dwellings.dwelling_no as dwelling_no,
        links.dwelling_id as dwelling_id,
        links.house_code as house_code,
        dwellings.unit_no as unit_no,
        units.building_no as building_no,
        units.area_no as area_no,
        {{ division_columns('areas') }},
        dwellings.real_estate_unit_code as real_estate_unit_code,
        dwellings.address as address,
        dwellings.room_no as room_no,
        dwellings.floor_no as floor_no,
        dwellings.floor_area as floor_area,
        dwellings.property_nature as property_nature,
        dwellings.lost_on as lost_on

    from dwellings
    left join units on dwellings.unit_no = units.unit_no
    left join areas on units.area_no = areas.area_no
    left join links on dwellings.dwelling_no = links.of_key

)

select * from final
