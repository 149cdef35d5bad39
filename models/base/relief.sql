{{ config(materialized='table', order_by=['relief_kind', 'certificate_no']) }}

with

minimum_living as (

    select * from {{ ref('std_civil_affairs__minimum_living') }} where is_current = 1

),

low_income as (

    select * from {{ ref('std_civil_affairs__low_income') }} where is_current = 1

),

destitute as (

    select * from {{ ref('std_civil_affairs__destitute_support') }} where is_current = 1

),

streets as (

    select * from {{ ref('division') }} where level = 'street'

),

communities as (

    select * from {{ ref('division') }} where level = 'community'

),

families as (

    select
        'minimum_living' as relief_kind, 'civil_affairs.minimum_living' as source_dataset, _key_hash, certificate_no, head_name, head_id_number, member_count, recognised_on,
        cast(monthly_income * 12, 'Nullable(Decimal(18, 2))') as annual_income, relief_amount, relief_state, street, community
    from minimum_living

    union all

    select
        'low_income' as relief_kind, 'civil_affairs.low_income' as source_dataset, _key_hash, certificate_no, head_name, head_id_number, member_count, recognised_on,
        annual_income, relief_amount, relief_state, street, community
    from low_income

    union all

    select
        'special_poverty' as relief_kind, 'civil_affairs.destitute_support' as source_dataset, _key_hash, certificate_no, head_name, head_id_number, member_count, recognised_on,
        cast(monthly_income * 12, 'Nullable(Decimal(18, 2))') as annual_income, relief_amount, relief_state, street, community
    from destitute

),

-- Civil affairs writes names, not codes. A name that two streets or communities bear names neither.
named_streets as (

    select division_name, any(division_code) as division_code from streets group by division_name having count() = 1

),

named_communities as (

    select streets.division_name as street, communities.division_name as community, any(communities.division_code) as division_code
    from communities
    inner join streets on communities.street_code = streets.division_code
    group by streets.division_name, communities.division_name
    having count() = 1

),

final as (

    select
        families.relief_kind as relief_kind,
        families.certificate_no as certificate_no,
        {{ linked_person_id('families.head_id_number') }} as head_person_id,
        families.head_name as head_name,
        families.head_id_number as head_id_number,
        families.member_count as member_count,
        families.recognised_on as recognised_on,
        families.annual_income as annual_income,
        families.relief_amount as relief_amount,
        families.relief_state as relief_state,
        toUInt8(families.relief_state = 'receiving') as is_active,
        {{ finest_division_columns('community_places', 'street_places') }}

    from families
    left join named_communities on families.street = named_communities.street and families.community = named_communities.community
    left join communities as community_places on named_communities.division_code = community_places.division_code
    left join named_streets on families.street = named_streets.division_name
    left join streets as street_places on named_streets.division_code = street_places.division_code
    {{ join_person_link('person_links', 'families.source_dataset', 'head_id_number', 'families._key_hash') }}

)

select * from final
