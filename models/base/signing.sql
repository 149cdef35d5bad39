{{ config(materialized='table', order_by=['signing_no', 'person_id']) }}

with

signings as (

    select * from {{ ref('std_property__net_signed_contract') }} where is_current = 1

),

links as (

    {{ dwelling_links('property.net_signed_contract') }}

),

districts as (

    select * from {{ ref('division') }} where level = 'district' and division_name != ''
    order by division_code
    limit 1 by division_name

),

final as (

    select
        signings.signing_no as signing_no,
        {{ linked_person_id('signings.buyer_id_number') }} as person_id,
        signings.buyer_name as buyer_name,
        signings.buyer_id_number as buyer_id_number,
        links.dwelling_id as dwelling_id,
        signings.address as address,
        districts.district_code as district_code,
        if(districts.district_name != '', districts.district_name, signings.district) as district_name,
        signings.floor_area as floor_area,
        signings.total_price as total_price,
        signings.acquisition_way as acquisition_way,
        signings.co_ownership as co_ownership,
        signings.signed_on as signed_on,
        signings.filed_on as filed_on,
        signings.signing_state as signing_state,
        toUInt8(signings.signing_state not in ('draft', 'revoked')) as is_active

    from signings
    left join links on signings.signing_no = links.of_key
    left join districts on signings.district = districts.division_name
    {{ join_person_link('person_links', "'property.net_signed_contract'", 'buyer_id_number', 'signings._key_hash') }}

)

select * from final
