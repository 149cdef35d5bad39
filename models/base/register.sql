{{ config(materialized='table', order_by=['person_id']) }}

with

registered as (

    select * from {{ ref('std_police__household_register') }} where is_current = 1

),

divisions as (

    select * from {{ ref('division') }}

),

final as (

    select
        {{ linked_person_id('registered.id_number') }} as person_id,
        registered.register_no as register_no,
        registered.person_name as person_name,
        registered.kinship_code as kinship_code,
        registered.register_kind as register_kind,
        registered.register_address as register_address,
        registered.division_code as division_code,
        {{ division_columns('divisions') }},
        registered.is_local as is_local,
        registered.moved_in_on as moved_in_on,
        registered.issuing_unit as issuing_unit,
        registered.issued_on as issued_on

    from registered
    left join divisions on registered.division_code = divisions.division_code
    {{ join_person_link('person_links', "'police.household_register'", 'id_number', 'registered._key_hash') }}

)

select * from final
