{{ config(materialized='table', order_by=['certificate_no', 'person_id']) }}

with

rights as (

    select * from {{ ref('std_property__ownership') }} where is_current = 1

),

links as (

    {{ dwelling_links('property.ownership') }}

),

divisions as (

    select * from {{ ref('division') }}

),

districts as (

    select * from divisions where level = 'district' and division_name != ''
    order by division_code
    limit 1 by division_name

),

final as (

    select
        rights.certificate_no as certificate_no,
        {{ linked_person_id('rights.owner_id_number') }} as person_id,
        rights.owner_name as owner_name,
        rights.owner_id_number as owner_id_number,
        links.dwelling_id as dwelling_id,
        rights.real_estate_unit_code as real_estate_unit_code,
        rights.title_nature as title_nature,
        rights.property_nature as property_nature,
        rights.address as address,
        {{ finest_division_columns('divisions', 'districts') }},
        rights.floor_area as floor_area,
        rights.ownership_share as ownership_share,
        cast(
            rights.floor_area * coalesce(rights.ownership_share, toDecimal32(1, 4)), 'Nullable(Decimal(12, 2))'
        ) as owned_area,
        rights.acquisition_way as acquisition_way,
        rights.acquired_on as acquired_on,
        rights.cancelled_on as cancelled_on,
        toUInt8(coalesce(rights.cancelled_on > toDate32('{{ var("as_of") }}'), true)) as is_active,
        toUInt8(rights.property_nature = 'residence') as is_residence

    from rights
    left join links on rights.certificate_no = links.of_key
    left join divisions on rights.division_code = divisions.division_code
    left join districts on rights.district = districts.division_name
    {{ join_person_link('person_links', "'property.ownership'", 'owner_id_number', 'rights._key_hash') }}

)

select * from final
