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

-- 楼盘表 alone says which meters serve a dwelling. An entry merged into another speaks where that one has none.
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

-- The last survey; its area is kept beside the others to be compared. A survey under a miscopied code is of the dwelling its unit
-- code or address names.
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

-- What 不动产登记 says of it: the right that holds, the last acquired.
rights as (

    select
        links.house_code as house_code,
        rights.real_estate_unit_code as real_estate_unit_code,
        rights.address as address,
        rights.floor_area as floor_area

    from {{ ref('std_property__ownership') }} as rights
    inner join ({{ dwelling_links('property.ownership') }}) as links on rights.certificate_no = links.of_key
    where rights.is_current = 1 and links.house_code != ''
    order by
        links.house_code, rights.cancelled_on is not null, rights.acquired_on desc nulls last, rights.certificate_no desc,
        rights.owner_id_number
    limit 1 by links.house_code

),

funded as (

    select
        links.house_code as house_code,
        funded.real_estate_unit_code as real_estate_unit_code,
        funded.address as address,
        funded.room_no as room_no,
        funded.floor_area as floor_area

    from {{ ref('std_maintenance_fund__dwelling') }} as funded
    inner join ({{ dwelling_links('maintenance_fund.dwelling') }}) as links on funded.dwelling_no = links.of_key
    where funded.is_current = 1 and links.house_code != ''
    order by links.house_code, funded.lost_on is not null, funded.dwelling_no desc
    limit 1 by links.house_code

),

projects as (

    select * from {{ ref('project') }}

),

divisions as (

    select * from {{ ref('division') }}

),

-- Of each attribute several sources speak of, the value of the best that has one and whose it is (seed source_priority); with what
-- one source alone says.
told as (

    select
        dwellings.dwelling_id as dwelling_id,
        dwellings.house_code as house_code,
        dwellings.dwelling_no as dwelling_no,
        dwellings.project_no as project_id,
        projects.project_name as project_name,
        projects.project_kind as project_kind,
        projects.allocation_kind as allocation_kind,
        projects.enterprise_id as enterprise_id,
        registry.road as road,
        registry.compound as compound,
        registry.floor_from as floor_no,
        registry.floor_to as floor_to,
        registry.nominal_floor as nominal_floor,
        registry.total_floors as total_floors,
        registry.floors_above as floors_above,
        registry.floors_below as floors_below,
        registry.storey_height as storey_height,
        registry.nature_code as nature_code,
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
        toUInt8(registry.house_code != '') as is_in_house_registry,
        arrayFilter(
            candidate -> candidate in (select division_code from divisions),
            [registry.logical_division_code, registry.division_code]
        ) as registry_places,
        arrayFilter(
            candidate -> candidate in (select division_code from divisions),
            [projects.community_code, projects.street_code, projects.district_code]
        ) as project_places,
        -- The finest place known: any source's community before anything coarser.
        arrayFirst(candidate -> length(candidate) = 12, registry_places) as registry_community,
        arrayFirst(candidate -> length(candidate) = 12, project_places) as project_community,
        arrayFirst(candidate -> candidate != '', registry_places) as registry_division,
        arrayFirst(candidate -> candidate != '', project_places) as project_division,
        {{ first_told('dwelling', 'real_estate_unit_code', [
            ['registry.real_estate_unit_code', 'property.house_registry'],
            ['surveys.real_estate_unit_code', 'property.house_survey'],
            ['rights.real_estate_unit_code', 'property.ownership'],
            ['funded.real_estate_unit_code', 'maintenance_fund.dwelling']
        ]) }} as unit_code,
        {{ first_told('dwelling', 'address', [
            ['registry.address', 'property.house_registry'],
            ['surveys.address', 'property.house_survey'],
            ['rights.address', 'property.ownership'],
            ['funded.address', 'maintenance_fund.dwelling'],
            ['projects.address', 'operations.project']
        ]) }} as place,
        {{ first_told('dwelling', 'division', [
            ['registry_community', 'property.house_registry'],
            ['project_community', 'operations.project']
        ]) }} as community,
        {{ first_told('dwelling', 'division', [
            ['registry_division', 'property.house_registry'],
            ['project_division', 'operations.project']
        ]) }} as coarser_division,
        if(community.1 != '', community, coarser_division) as division,
        {{ first_told('dwelling', 'building_no', [
            ['dwellings.building_no', 'operations.dwelling'],
            ['registry.building_no', 'property.house_registry']
        ]) }} as building,
        {{ first_told('dwelling', 'unit_no', [
            ['dwellings.unit_no', 'operations.dwelling'],
            ['registry.unit_no', 'property.house_registry']
        ]) }} as unit,
        {{ first_told('dwelling', 'room_no', [
            ['dwellings.room_no', 'operations.dwelling'],
            ['registry.room_no', 'property.house_registry'],
            ['funded.room_no', 'maintenance_fund.dwelling']
        ]) }} as room,
        {{ first_told('dwelling', 'layout_code', [
            ['registry.layout_code', 'property.house_registry'],
            ['dwellings.layout_code', 'operations.dwelling']
        ]) }} as layout,
        {{ first_told('dwelling', 'structure_code', [
            ['registry.structure_code', 'property.house_registry'],
            ['surveys.structure_code', 'property.house_survey']
        ]) }} as structure,
        {{ first_told('dwelling', 'floor_area', [
            ['registry.floor_area', 'property.house_registry'],
            ['surveys.floor_area', 'property.house_survey'],
            ['dwellings.floor_area', 'operations.dwelling'],
            ['rights.floor_area', 'property.ownership'],
            ['funded.floor_area', 'maintenance_fund.dwelling']
        ], has='one.1 is not null') }} as area,
        {{ first_told('dwelling', 'inner_area', [
            ['registry.inner_area', 'property.house_registry'],
            ['surveys.inner_area', 'property.house_survey']
        ], has='one.1 is not null') }} as inside,
        {{ first_told('dwelling', 'shared_area', [
            ['registry.shared_area', 'property.house_registry'],
            ['surveys.shared_area', 'property.house_survey']
        ], has='one.1 is not null') }} as shared

    from dwellings
    left join registry on dwellings.house_code = registry.house_code
    left join surveys on dwellings.house_code = surveys.house_code
    left join rights on dwellings.house_code = rights.house_code
    left join funded on dwellings.house_code = funded.house_code
    left join projects on dwellings.project_no = projects.project_id

),

final as (

    select
        told.dwelling_id as dwelling_id,
        told.house_code as house_code,
        told.dwelling_no as dwelling_no,
        told.unit_code.1 as real_estate_unit_code,
        told.project_id as project_id,
        told.project_name as project_name,
        told.project_kind as project_kind,
        told.allocation_kind as allocation_kind,
        told.enterprise_id as enterprise_id,
        {{ division_columns('divisions') }},
        told.place.1 as address,
        told.road as road,
        told.compound as compound,
        told.building.1 as building_no,
        told.unit.1 as unit_no,
        told.room.1 as room_no,
        told.floor_no as floor_no,
        told.floor_to as floor_to,
        told.nominal_floor as nominal_floor,
        told.total_floors as total_floors,
        told.floors_above as floors_above,
        told.floors_below as floors_below,
        told.storey_height as storey_height,
        told.layout.1 as layout_code,
        told.structure.1 as structure_code,
        told.nature_code as nature_code,
        told.area.1 as floor_area,
        told.inside.1 as inner_area,
        told.shared.1 as shared_area,
        told.declared_floor_area as declared_floor_area,
        told.surveyed_floor_area as surveyed_floor_area,
        told.dwelling_state as dwelling_state,
        told.house_state as house_state,
        told.standard_rent as standard_rent,
        told.delivered_on as delivered_on,
        told.vacant_since as vacant_since,
        told.accepted_on as accepted_on,
        told.water_meter_no as water_meter_no,
        told.electricity_meter_no as electricity_meter_no,
        told.gas_meter_no as gas_meter_no,
        told.is_in_house_registry as is_in_house_registry,
        told.unit_code.2 as real_estate_unit_code_source,
        told.place.2 as address_source,
        told.division.2 as division_source,
        told.building.2 as building_no_source,
        told.unit.2 as unit_no_source,
        told.room.2 as room_no_source,
        told.layout.2 as layout_source,
        told.structure.2 as structure_source,
        told.area.2 as floor_area_source,
        told.inside.2 as inner_area_source,
        told.shared.2 as shared_area_source

    from told
    left join divisions on told.division.1 = divisions.division_code

)

select * from final
