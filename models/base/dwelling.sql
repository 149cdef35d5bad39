{{ config(materialized='table', order_by=['dwelling_id']) }}

with

-- The register of assisted dwellings decides which dwellings there are and what state they are in.
dwellings as (

    select
        told.* except (house_code),
        {{ meant_dwelling_id('told.house_code') }} as dwelling_id,
        {{ meant_house_code('told.house_code') }} as house_code

    from (select * from {{ ref('std_operations__dwelling') }} where is_current = 1) as told
    left join {{ moved_records('operations.dwelling') }} as moved on told.dwelling_no = moved.record_key
    -- Of entries merged into one, that of the code kept speaks.
    order by dwelling_id, told.house_code = house_code desc, told.valid_from desc, told.dwelling_no desc
    limit 1 by dwelling_id

),

moved_houses as (

    select record_key, house_code from {{ moved_records('property.house_registry') }}

),

-- 楼盘表 decides where a dwelling is, how large it is and which meters serve it. An entry merged into another speaks where that one
-- has none.
registry as (

    select * from {{ ref('std_property__house_registry') }}
    where is_current = 1 and house_code not in (select record_key from moved_houses)
    union all
    select houses.* replace (moved_houses.house_code as house_code)
    from (select * from {{ ref('std_property__house_registry') }} where is_current = 1) as houses
    inner join moved_houses on houses.house_code = moved_houses.record_key
    where
        moved_houses.house_code != ''
        and moved_houses.house_code not in (
            select house_code from {{ ref('std_property__house_registry') }}
            where is_current = 1 and house_code in (select moved_houses.house_code from moved_houses)
        )
    order by moved_houses.house_code, moved_houses.record_key
    limit 1 by moved_houses.house_code

),

-- The survey fills what the other two leave open, and is kept beside them to be compared. A survey under a miscopied code is
-- of the dwelling its unit code or address names.
surveys as (

    select
        links.house_code as house_code,
        surveys.real_estate_unit_code as real_estate_unit_code,
        surveys.address as address,
        surveys.floor_area as floor_area,
        surveys.inner_area as inner_area,
        surveys.shared_area as shared_area,
        surveys.structure_code as structure_code

    from {{ ref('std_property__house_survey') }} as surveys
    inner join ({{ dwelling_links('property.house_survey') }}) as links on surveys.survey_no = links.of_key
    where surveys.is_current = 1 and links.house_code != ''
    order by links.house_code, surveys.surveyed_on desc nulls last, surveys.survey_no desc
    limit 1 by links.house_code

),

projects as (

    select * from {{ ref('project') }}

),

divisions as (

    select * from {{ ref('division') }}

),

-- The finest place known, the registry before the project.
places as (

    select
        dwellings.house_code as house_code,
        arrayFirst(
            candidate -> candidate != '',
            arrayConcat(
                arrayFilter(
                    candidate -> length(candidate) = 12 and candidate in (select division_code from divisions),
                    [registry.logical_division_code, registry.division_code, projects.community_code]
                ),
                arrayFilter(
                    candidate -> candidate in (select division_code from divisions),
                    [registry.logical_division_code, registry.division_code, projects.street_code, projects.district_code]
                )
            )
        ) as place_code

    from dwellings
    left join registry on dwellings.house_code = registry.house_code
    left join projects on dwellings.project_no = projects.project_id

),

final as (

    select
        dwellings.dwelling_id as dwelling_id,
        dwellings.house_code as house_code,
        dwellings.dwelling_no as dwelling_no,
        if(registry.real_estate_unit_code != '', registry.real_estate_unit_code, surveys.real_estate_unit_code) as real_estate_unit_code,
        dwellings.project_no as project_id,
        projects.project_name as project_name,
        projects.project_kind as project_kind,
        projects.allocation_kind as allocation_kind,
        projects.enterprise_id as enterprise_id,
        {{ division_columns('divisions') }},
        multiIf(registry.address != '', registry.address, surveys.address != '', surveys.address, projects.address) as address,
        registry.road as road,
        registry.compound as compound,
        if(dwellings.building_no != '', dwellings.building_no, registry.building_no) as building_no,
        if(dwellings.unit_no != '', dwellings.unit_no, registry.unit_no) as unit_no,
        if(dwellings.room_no != '', dwellings.room_no, registry.room_no) as room_no,
        registry.floor_from as floor_no,
        registry.floor_to as floor_to,
        registry.nominal_floor as nominal_floor,
        registry.total_floors as total_floors,
        registry.floors_above as floors_above,
        registry.floors_below as floors_below,
        registry.storey_height as storey_height,
        if(registry.layout_code != '', registry.layout_code, dwellings.layout_code) as layout_code,
        if(registry.structure_code != '', registry.structure_code, surveys.structure_code) as structure_code,
        registry.nature_code as nature_code,
        coalesce(registry.floor_area, surveys.floor_area, dwellings.floor_area) as floor_area,
        multiIf(
            registry.floor_area is not null, 'house_registry',
            surveys.floor_area is not null, 'house_survey',
            dwellings.floor_area is not null, 'dwelling',
            ''
        ) as floor_area_source,
        coalesce(registry.inner_area, surveys.inner_area) as inner_area,
        coalesce(registry.shared_area, surveys.shared_area) as shared_area,
        dwellings.floor_area as declared_floor_area,
        surveys.floor_area as surveyed_floor_area,
        dwellings.dwelling_state as dwelling_state,
        registry.house_state as house_state,
        dwellings.standard_rent as standard_rent,
        dwellings.delivered_on as delivered_on,
        dwellings.vacant_since as vacant_since,
        registry.accepted_on as accepted_on,
        registry.water_meter_no as water_meter_no,
        registry.electricity_meter_no as electricity_meter_no,
        registry.gas_meter_no as gas_meter_no,
        toUInt8(registry.house_code != '') as is_in_house_registry

    from dwellings
    left join registry on dwellings.house_code = registry.house_code
    left join surveys on dwellings.house_code = surveys.house_code
    left join projects on dwellings.project_no = projects.project_id
    left join places on dwellings.house_code = places.house_code
    left join divisions on places.place_code = divisions.division_code

)

select * from final
