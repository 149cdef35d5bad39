{{ config(materialized='table', order_by=['source_dataset', 'record_key']) }}

{#
  Which dwelling a record means, and how we know. A house code a register knows comes first, then the real-estate unit code
  (GB/T 37346), then the address; two of them against a code outvote it, for codes are copied wrong. A record without any of
  these takes the dwelling of its contract. What no register knows is still one dwelling for all records that name it alike.
#}

with

aliases as (

    select
        said_compound,
        groupArray((said_district, said_building, means_district, means_compound, means_building)) as meanings

    from (select * from {{ ref('address_alias') }} order by said_compound, said_building desc, said_district desc)
    group by said_compound

),

aliased as (

    select
        records.*,
        {{ compound_core('records.compound') }} as core,
        arrayFirst(
            meaning -> meaning.1 in ('', records.district) and meaning.2 in ('', records.building), aliases.meanings
        ) as means

    from {{ ref('dwelling_record') }} as records
    left join aliases on {{ compound_core('records.compound') }} = aliases.said_compound

),

records as (

    select
        source_dataset,
        record_key,
        house_code,
        unit_code,
        contract_no,
        if(means.3 != '', means.3, district) as district,
        street,
        road,
        road_number,
        if(means.4 != '', means.4, core) as compound,
        if(means.5 != '', means.5, building) as building,
        unit,
        room,
        means.4 != '' as is_aliased,
        -- All that tells one home from another, where enough of it is said.
        if(
            room != '' and district != '' and (road_number != '' or core != ''),
            concat(district, '|', road, '|', road_number, '|', compound, '|', building, '|', unit, '|', room), ''
        ) as address_key

    from aliased

),

-- The registers of houses say which dwellings there are; 楼盘表 before the register of assisted dwellings.
known as (

    select * from records
    where source_dataset in ('property.house_registry', 'operations.dwelling') and house_code != ''
    order by house_code, source_dataset desc
    limit 1 by house_code

),

units as (

    select unit_code as of_unit, min(house_code) as unit_home from known
    where unit_code != ''
    group by unit_code
    having count() = 1

),

homes as (

    select
        house_code as home,
        district as home_district,
        street as home_street,
        road as home_road,
        road_number as home_road_number,
        compound as home_compound,
        building as home_building,
        unit as home_unit,
        room as home_room

    from known
    where room != ''

),

places as (

    select * from records
    where room != '' and source_dataset not in ('property.house_registry', 'operations.dwelling')

),

-- On the road under that number, or in the compound of that name; nothing either says may contradict the other.
candidates as (

    {% for on_road in [true, false] -%}
    select
        places.source_dataset as source_dataset,
        places.record_key as record_key,
        homes.home as home,
        concat(
            if(district = home_district and district != '', 'district ', ''), if(street = home_street and street != '', 'street ', ''),
            if(road_number = home_road_number and road_number != '', 'road ', ''),
            if(compound = home_compound and compound != '', if(is_aliased, 'alias ', 'compound '), ''),
            if(building != '', 'building ', ''), if(unit = home_unit and unit != '', 'unit ', ''), 'room'
        ) as agreed

    from places
    inner join homes
        on {% if on_road -%}
            places.road = homes.home_road and places.road_number = homes.home_road_number
        {%- else -%}
            places.compound = homes.home_compound
        {%- endif %}
        and places.building = homes.home_building and places.room = homes.home_room
    where
        {% if on_road %}places.road_number != ''{% else %}places.compound != ''{% endif %}
        and {{ agrees('district', 'home_district') }} and {{ agrees('street', 'home_street') }}
        and {{ agrees('road', 'home_road') }} and {{ agrees('road_number', 'home_road_number') }}
        and {{ agrees('compound', 'home_compound') }} and {{ agrees('unit', 'home_unit') }}
    {% if on_road %}union all{% endif %}
    {% endfor %}

),

-- An address that fits two dwellings names none; which they are is for people to look at.
by_address as (

    select
        source_dataset as of_dataset,
        record_key as of_key,
        arraySort(groupUniqArray(4)(home)) as fitting,
        if(length(fitting) = 1, fitting[1], '') as address_home,
        if(length(fitting) = 1, max(agreed), '') as agreed

    from candidates
    group by source_dataset, record_key

),

-- What people decided (dwelling decisions of the operational store): a record is that house, or is not; a house is another.
decided as (

    select
        said_dataset,
        said_key,
        anyIf(means_house, verdict = 'same') as decided_home,
        groupArrayIf(means_house, verdict = 'different') as not_homes

    from {{ ref('decided_dwelling') }}
    where said_house = ''
    group by said_dataset, said_key

),

merged as (

    select left_code, kept_code from {{ ref('dwelling_merged') }}

),

contracts as (

    select contract_no as of_contract, min(house_code) as contract_home from records
    where
        source_dataset in ('operations.contract', 'anju.contract', 'operations.occupant') and contract_no != ''
        and house_code in (select house_code from known)
    group by contract_no
    having uniqExact(house_code) = 1

),

compared as (

    select
        records.*,
        if(records.house_code in (select known.house_code from known), records.house_code, '') as code_home,
        units.unit_home as unit_home,
        by_address.address_home as address_home,
        by_address.agreed as agreed,
        by_address.fitting as fitting,
        contracts.contract_home as contract_home,
        code_home != '' and not (unit_home = address_home and unit_home not in ('', code_home)) as is_by_code

    from records
    left join units on records.unit_code = units.of_unit
    left join by_address on records.source_dataset = by_address.of_dataset and records.record_key = by_address.of_key
    left join contracts on records.contract_no = contracts.of_contract

),

found as (

    select
        *,
        multiIf(
            is_by_code, 'house_code', unit_home != '', 'unit_code', address_home != '' and is_aliased, 'alias', address_home != '', 'address',
            house_code = '' and contract_home != '', 'contract', ''
        ) as found_how,
        multiIf(
            found_how = 'house_code', code_home, found_how = 'unit_code', unit_home, found_how in ('address', 'alias'), address_home,
            found_how = 'contract', contract_home, ''
        ) as found_home

    from compared

),

chosen as (

    select
        found.*,
        decided.not_homes as not_homes,
        multiIf(
            decided.decided_home != '', 'decided', has(decided.not_homes, found.found_home), '', found.found_how
        ) as how,
        multiIf(
            decided.decided_home != '', decided.decided_home, has(decided.not_homes, found.found_home), '', found.found_home
        ) as own_home

    from found
    left join decided on found.source_dataset = decided.said_dataset and found.record_key = decided.said_key

),

registered as (

    select
        chosen.* except (how),
        -- A code no register knows may be that of a house one knows, where people say so.
        if(merged.kept_code != '' and chosen.own_home = '', 'decided', chosen.how) as how,
        if(merged.kept_code != '', merged.kept_code, chosen.own_home) as home

    from chosen
    left join merged
        on if(chosen.own_home != '' or notEmpty(chosen.not_homes), chosen.own_home, chosen.house_code) = merged.left_code

),

-- What no register knows: one anchor for all records with the same unit code or the same full address. The others stand in one
-- partition that nobody asks, for to work all of it out a second time costs more.
told as (

    select
        *,
        if(home = '', unit_code, '') as asked_unit,
        if(home = '', address_key, '') as asked_address,
        if(asked_unit != '', min(nullIf(house_code, '')) over (partition by asked_unit), null) as house_of_unit,
        if(asked_address != '', min(nullIf(house_code, '')) over (partition by asked_address), null) as house_of_address,
        if(asked_address != '', min(nullIf(unit_code, '')) over (partition by asked_address), null) as unit_of_address

    from registered

),

anchored as (

    select
        *,
        multiIf(
            home != '', (how, home),
            -- Not the house its code names: a dwelling of its own until more is known.
            notEmpty(not_homes), ('apart', concat('apart:', source_dataset, ':', record_key)),
            house_code != '', ('unregistered_code', house_code),
            house_of_unit is not null, ('unit_code', assumeNotNull(house_of_unit)),
            house_of_address is not null, ('address', assumeNotNull(house_of_address)),
            unit_code != '', ('unregistered_unit', concat('unit:', unit_code)),
            unit_of_address is not null, ('address', concat('unit:', assumeNotNull(unit_of_address))),
            address_key != '', ('unregistered_address', concat('address:', address_key)),
            ('', '')
        ) as anchor_how

    from told

),

final as (

    select
        source_dataset,
        record_key,
        anchor_how.2 as anchor,
        {{ resolved_id('dwelling', 'anchor') }} as dwelling_id,
        home as house_code,
        anchored.house_code as said_code,
        anchor_how.1 as how,
        multiIf(
            anchored.how in ('address', 'alias'), agreed,
            anchored.how = 'contract', 'contract_no',
            anchored.how = 'decided', 'decision',
            home = '', '',
            concat(
                if(code_home = home, 'house_code ', ''), if(unit_home = home, 'unit_code ', ''), if(address_home = home, agreed, '')
            )
        ) as evidence,
        toUInt8(
            length(arrayDistinct(arrayFilter(house -> house != '', [code_home, unit_home, address_home]))) > 1
        ) as is_contradictory,
        -- What else it may mean: another house one of its codes or its address names, or several its address fits.
        if(
            anchored.how = 'decided', [],
            arrayFilter(
                house -> house not in ('', home) and not has(not_homes, house),
                arrayDistinct(arrayConcat([code_home, unit_home, address_home], fitting))
            )
        ) as other_houses

    from anchored

)

select * except (anchor) from final
