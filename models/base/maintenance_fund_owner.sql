{{ config(materialized='table', order_by=['owner_no']) }}

with

owners as (

    select * from {{ ref('std_maintenance_fund__owner') }} where is_current = 1

),

final as (

    select
        owners.owner_no as owner_no,
        owners.dwelling_no as dwelling_no,
        owners.owner_kind as owner_kind,
        if(owners.owner_kind = 'organisation', '', {{ linked_person_id('owners.id_number') }}) as person_id,
        {{ enterprise_id('owners.credit_code') }} as enterprise_id,
        multiIf(person_id != '', person_id, enterprise_id != '', enterprise_id, owners.owner_no) as voter_key,
        owners.person_name as person_name,
        owners.id_number as id_number,
        owners.organisation_name as organisation_name,
        owners.credit_code as credit_code,
        owners.phone as phone,
        owners.ownership_share as ownership_share,
        owners.owner_since as owner_since

    from owners
    {{ join_person_link('person_links', "'maintenance_fund.owner'", 'id_number', 'owners._key_hash') }}

)

select * from final
