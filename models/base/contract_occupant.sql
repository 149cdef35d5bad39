{{ config(materialized='table', order_by=['occupant_no']) }}

with

occupants as (

    select occupants.*, {{ meant_dwelling_id('occupants.house_code') }} as dwelling_id
    from (select * from {{ ref('std_operations__occupant') }} where is_current = 1) as occupants
    left join {{ moved_records('operations.occupant') }} as moved on occupants.occupant_no = moved.record_key

),

dwellings as (

    select * from {{ ref('dwelling') }}

),

final as (

    select
        occupants.occupant_no as occupant_no,
        occupants.contract_no as contract_no,
        occupants.dwelling_id as dwelling_id,
        dwellings.project_id as project_id,
        {{ division_columns('dwellings') }},
        {{ linked_person_id('occupants.id_number') }} as person_id,
        occupants.person_name as person_name,
        occupants.id_number as id_number,
        occupants.kinship_code as kinship_code,
        toUInt8(occupants.kinship_code = '01') as is_tenant,
        occupants.moved_in_on as moved_in_on,
        occupants.moved_out_on as moved_out_on

    from occupants
    left join dwellings on occupants.dwelling_id = dwellings.dwelling_id
    {{ join_person_link('person_links', "'operations.occupant'", 'id_number', 'occupants._key_hash') }}

)

select * from final
