{{ config(materialized='table', order_by=['benefit_kind', 'benefit_no']) }}

with

other as (

    select * from {{ ref('std_housing_security__other_benefit') }} where is_current = 1

),

managed as (

    select * from {{ ref('std_housing_security__direct_managed_housing') }} where is_current = 1

),

links as (

    {{ dwelling_links('housing_security.direct_managed_housing') }}

),

districts as (

    select * from {{ ref('division') }} where level = 'district' and division_name != ''
    order by division_code
    limit 1 by division_name

),

benefits as (

    select
        'housing_security.other_benefit' as source_dataset,
        other._key_hash as _key_hash,
        other.case_no as benefit_no,
        other.benefit_kind as benefit_kind,
        other.id_number as id_number,
        other.person_name as person_name,
        other.district as district,
        '' as address,
        other.granted_on as granted_on,
        other.repaid_on as ended_on,
        other.amount as amount,
        other.is_repaid as is_repaid,
        other.benefit_state as benefit_state,
        other.family_members as family_members

    from other

    union all

    select
        'housing_security.direct_managed_housing' as source_dataset,
        managed._key_hash as _key_hash,
        managed.tenancy_no as benefit_no,
        'managed_public' as benefit_kind,
        managed.id_number as id_number,
        managed.tenant_name as person_name,
        '' as district,
        managed.address as address,
        coalesce(managed.rented_on, managed.approved_on) as granted_on,
        managed.ended_on as ended_on,
        managed.monthly_rent as amount,
        cast(null, 'Nullable(UInt8)') as is_repaid,
        managed.benefit_state as benefit_state,
        managed.family_members as family_members

    from managed

),

final as (

    select
        benefits.source_dataset as source_dataset,
        benefits.benefit_no as benefit_no,
        benefits.benefit_kind as benefit_kind,
        {{ linked_person_id('benefits.id_number') }} as person_id,
        benefits.person_name as person_name,
        benefits.id_number as id_number,
        districts.district_code as district_code,
        if(districts.district_name != '', districts.district_name, benefits.district) as district_name,
        if(benefits.benefit_kind = 'managed_public', links.dwelling_id, '') as dwelling_id,
        benefits.address as address,
        benefits.granted_on as granted_on,
        benefits.ended_on as ended_on,
        benefits.amount as amount,
        benefits.is_repaid as is_repaid,
        benefits.benefit_state as benefit_state,
        benefits.family_members as family_members,
        toUInt8(
            benefits.benefit_state not in ('repaid', 'cancelled', 'pending', 'quit')
            and coalesce(benefits.is_repaid, 0) = 0
            and coalesce(benefits.ended_on > toDate32('{{ var("as_of") }}'), true)
        ) as is_active

    from benefits
    left join links on benefits.benefit_no = links.of_key and benefits.source_dataset = 'housing_security.direct_managed_housing'
    left join districts on benefits.district = districts.division_name
    {{ join_person_link('person_links', 'benefits.source_dataset', 'id_number', 'benefits._key_hash') }}

)

select * from final
