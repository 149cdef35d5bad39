{{ config(materialized='table', order_by=['certificate_no']) }}

with

marriages as (

    select * from {{ ref('std_civil_affairs__marriage') }} where is_current = 1

),

final as (

    select
        marriages.certificate_no as certificate_no,
        {{ linked_person_id('marriages.husband_id_number', 'husband_links') }} as husband_person_id,
        marriages.husband_name as husband_name,
        {{ linked_person_id('marriages.wife_id_number', 'wife_links') }} as wife_person_id,
        marriages.wife_name as wife_name,
        marriages.marital_status as marital_status,
        marriages.married_on as married_on,
        marriages.divorced_on as divorced_on,
        marriages.registry_office as registry_office,
        toUInt8(
            marriages.marital_status not in ('10', '30', '40')
            and coalesce(marriages.divorced_on > toDate32('{{ var("as_of") }}'), true)
        ) as is_active

    from marriages
    {{ join_person_link('husband_links', "'civil_affairs.marriage'", 'husband_id_number', 'marriages._key_hash') }}
    {{ join_person_link('wife_links', "'civil_affairs.marriage'", 'wife_id_number', 'marriages._key_hash') }}

)

select * from final
