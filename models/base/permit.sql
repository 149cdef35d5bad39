{{ config(materialized='table', order_by=['permit_no']) }}

with

permits as (

    select * from {{ ref('std_police__residence_permit') }} where is_current = 1

),

districts as (

    select * from {{ ref('division') }} where level = 'district' and division_name != ''
    order by division_code
    limit 1 by division_name

),

final as (

    select
        permits.permit_no as permit_no,
        {{ linked_person_id('permits.id_number') }} as person_id,
        permits.person_name as person_name,
        districts.district_code as district_code,
        if(districts.district_name != '', districts.district_name, permits.district) as district_name,
        permits.applied_on as applied_on,
        permits.issued_on as issued_on,
        permits.valid_until as valid_until,
        permits.cancelled_on as cancelled_on,
        permits.permit_state as permit_state,
        permits.issuing_unit as issuing_unit,
        permits.reason as reason,
        toUInt8(
            permits.permit_state not in ('cancelled', 'expired', 'pending')
            and coalesce(permits.cancelled_on > toDate32('{{ var("as_of") }}'), true)
            and coalesce(permits.valid_until >= toDate32('{{ var("as_of") }}'), true)
        ) as is_active

    from permits
    left join districts on permits.district = districts.division_name
    {{ join_person_link('person_links', "'police.residence_permit'", 'id_number', 'permits._key_hash') }}

)

select * from final
