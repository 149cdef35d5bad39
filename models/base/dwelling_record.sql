{{ config(materialized='table', order_by=['source_dataset', 'record_key'], meta={'follows': {
    'key': ['source_dataset', 'record_key'],
    'inputs': {
        'std_property__house_registry': {
            'columns': ['house_code'], 'keys': "{{ mention_keys('property.house_registry', 'house_code') }}"
        },
        'std_operations__dwelling': {
            'columns': ['dwelling_no'], 'keys': "{{ mention_keys('operations.dwelling', 'dwelling_no') }}"
        },
        'std_operations__project': {
            'columns': ['project_no'],
            'keys': "select 'operations.dwelling' as source_dataset, dwelling_no as record_key from {{ ref('std_operations__dwelling') }} where project_no in {{ var('changed') }}"
        },
        'std_property__house_survey': {
            'columns': ['survey_no'], 'keys': "{{ mention_keys('property.house_survey', 'survey_no') }}"
        },
        'std_property__ownership': {
            'columns': ['certificate_no'], 'keys': "{{ mention_keys('property.ownership', 'certificate_no') }}"
        },
        'std_property__net_signed_contract': {
            'columns': ['signing_no'], 'keys': "{{ mention_keys('property.net_signed_contract', 'signing_no') }}"
        },
        'std_housing_security__direct_managed_housing': {
            'columns': ['tenancy_no'], 'keys': "{{ mention_keys('housing_security.direct_managed_housing', 'tenancy_no') }}"
        },
        'std_operations__contract': {
            'columns': ['contract_no'], 'keys': "{{ mention_keys('operations.contract', 'contract_no') }}"
        },
        'std_anju__contract': {
            'columns': ['contract_no'], 'keys': "{{ mention_keys('anju.contract', 'contract_no') }}"
        },
        'std_operations__occupant': {
            'columns': ['occupant_no'], 'keys': "{{ mention_keys('operations.occupant', 'occupant_no') }}"
        },
        'std_operations__repair': {
            'columns': ['repair_no'], 'keys': "{{ mention_keys('operations.repair', 'repair_no') }}"
        },
        'std_operations__complaint': {
            'columns': ['complaint_no'], 'keys': "{{ mention_keys('operations.complaint', 'complaint_no') }}"
        },
        'std_anju__complaint': {
            'columns': ['complaint_no'], 'keys': "{{ mention_keys('anju.complaint', 'complaint_no') }}"
        },
        'std_operations__breach_report': {
            'columns': ['breach_no'], 'keys': "{{ mention_keys('operations.breach_report', 'breach_no') }}"
        },
        'std_anju__breach_report': {
            'columns': ['breach_no'], 'keys': "{{ mention_keys('anju.breach_report', 'breach_no') }}"
        },
        'door_house': {
            'columns': ['house_code'], 'keys': "{{ mention_keys('access_control.door_event', 'house_code') }}"
        },
        'std_maintenance_fund__dwelling': {
            'columns': ['dwelling_no'], 'keys': "{{ mention_keys('maintenance_fund.dwelling', 'dwelling_no') }}"
        },
        'std_property_management__incident': {
            'columns': ['incident_no'], 'keys': "{{ mention_keys('property_management.incident', 'incident_no') }}"
        },
        'std_police__household_register': {
            'columns': ['id_number'], 'keys': "{{ mention_keys('police.household_register', resolved_id('person', 'id_number')) }}"
        }
    }
} }) }}

with

registry as (

    select
        *,
        -- A row without 房屋坐落 says the same in its columns.
        if(
            address != '', address,
            concat(district, street, road, compound, building_no, unit_no, room_no, if(match(room_no, '[0-9]$'), '室', ''))
        ) as place

    from {{ ref('std_property__house_registry') }}

),

assisted as (

    select
        dwellings.house_code as house_code,
        dwellings.dwelling_no as dwelling_no,
        dwellings.is_current as is_current,
        if(
            projects.address != '' and dwellings.room_no != '',
            concat(
                projects.address, dwellings.building_no, dwellings.unit_no, dwellings.room_no,
                if(match(dwellings.room_no, '[0-9]$'), '室', '')
            ), ''
        ) as place

    from {{ ref('std_operations__dwelling') }} as dwellings
    left join (select project_no, address from {{ ref('std_operations__project') }} where is_current = 1) as projects
        on dwellings.project_no = projects.project_no

),

mentions as (

    {{ dwelling_mention('property.house_registry', 'registry', key='house_code', house_code='house_code',
        unit_code='real_estate_unit_code', address='place', district='district') }}
    union all
    {{ dwelling_mention('operations.dwelling', 'assisted', key='dwelling_no', house_code='house_code', address='place') }}
    union all
    {{ dwelling_mention('property.house_survey', ref('std_property__house_survey'), key='survey_no', house_code='house_code',
        unit_code='real_estate_unit_code', address='address') }}
    union all
    {{ dwelling_mention('property.ownership', ref('std_property__ownership'), key='certificate_no',
        unit_code='real_estate_unit_code', address='address', district='district') }}
    union all
    {{ dwelling_mention('property.net_signed_contract', ref('std_property__net_signed_contract'), key='signing_no',
        address='address', district='district') }}
    union all
    {{ dwelling_mention('housing_security.direct_managed_housing', ref('std_housing_security__direct_managed_housing'),
        key='tenancy_no', address='address') }}
    union all
    {{ dwelling_mention('operations.contract', ref('std_operations__contract'), key='contract_no', house_code='house_code',
        contract_no='contract_no') }}
    union all
    {{ dwelling_mention('anju.contract', ref('std_anju__contract'), key='contract_no', house_code='house_code',
        contract_no='contract_no') }}
    union all
    {{ dwelling_mention('operations.occupant', ref('std_operations__occupant'), key='occupant_no', house_code='house_code',
        contract_no='contract_no') }}
    union all
    {{ dwelling_mention('operations.repair', ref('std_operations__repair'), key='repair_no', house_code='house_code',
        contract_no='contract_no') }}
    union all
    {{ dwelling_mention('operations.complaint', ref('std_operations__complaint'), key='complaint_no', house_code='house_code',
        where="is_current = 1 and house_code != ''") }}
    union all
    {{ dwelling_mention('anju.complaint', ref('std_anju__complaint'), key='complaint_no', house_code='house_code',
        where="is_current = 1 and house_code != ''") }}
    union all
    {{ dwelling_mention('operations.breach_report', ref('std_operations__breach_report'), key='breach_no', house_code='house_code',
        where="is_current = 1 and house_code != ''") }}
    union all
    {{ dwelling_mention('anju.breach_report', ref('std_anju__breach_report'), key='breach_no', house_code='house_code',
        where="is_current = 1 and house_code != ''") }}
    union all
    -- Doors send events; what names a dwelling is the door's house code.
    {{ dwelling_mention('access_control.door_event', ref('door_house'), key='house_code',
        house_code='house_code', where='1') }}
    union all
    -- Where somebody is registered. The key is the resolved identity, so that no number is copied here.
    {{ dwelling_mention('police.household_register', ref('std_police__household_register'), key=resolved_id('person', 'id_number'),
        address='register_address', where="is_current = 1 and register_address != ''") }}
    union all
    {{ dwelling_mention('maintenance_fund.dwelling', ref('std_maintenance_fund__dwelling'), key='dwelling_no',
        unit_code='real_estate_unit_code', address='address') }}
    union all
    {{ dwelling_mention('property_management.incident', ref('std_property_management__incident'), key='incident_no',
        house_code='house_code', where="is_current = 1 and house_code != ''") }}
),

parsed as (

    select *, {{ address_parts('address') }} as parts from mentions

),

final as (

    select
        parsed.source_dataset as source_dataset,
        parsed.record_key as record_key,
        parsed.house_code as house_code,
        parsed.unit_code as unit_code,
        parsed.contract_no as contract_no,
        parsed.address as address,
        {{ normal_address('parts') }} as normal_address,
        if(parts.district != '', parts.district, parsed.district) as district,
        parts.street as street,
        parts.community as community,
        parts.road as road,
        parts.roadNumber as road_number,
        parts.compound as compound,
        parts.building as building,
        parts.unit as unit,
        parts.floor as floor,
        parts.room as room,
        parts.rest as address_rest

    from parsed

)

select * from final
