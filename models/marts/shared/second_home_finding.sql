{{ config(materialized='ephemeral') }}
{#-
  One row per beneficiary and home of his own: a member of a household that has a dwelling or a subsidy now, and a
  residential right in force or a sale contract signed and not revoked (002:6197-6229, 002:6735). A share counts like the
  whole: what is decided here is that somebody must look, not what follows.
-#}
with benefits as (
    select household_id, min(starts_on) as benefit_since, max(contract_no) as contract_no, max(dwelling_id) as dwelling_id
    from {{ ref('contract_standing') }} as contract_standing
    where standing = 'running' and household_id != ''
    group by household_id
),

members as (
    select distinct household_id, person_id
    from {{ ref('household_member') }}
    where household_id != '' and person_id != ''
)

select
    members.household_id as household_id,
    members.person_id as person_id,
    property.right_kind as right_kind,
    property.right_no as right_no,
    property.district_name as property_district,
    property.floor_area as property_floor_area,
    property.ownership_share as ownership_share,
    property.acquired_on as acquired_on,
    benefits.benefit_since as benefit_since,
    benefits.contract_no as contract_no,
    benefits.dwelling_id as dwelling_id,
    multiIf(
        property.acquired_on is null, 'unknown',
        property.acquired_on >= benefits.benefit_since, 'after',
        'before'
    ) as acquired_relation
from {{ ref('property_right') }} as property
inner join members on members.person_id = property.person_id
inner join benefits on benefits.household_id = members.household_id
where property.is_residential = 1
    and (property.acquired_on is null or property.acquired_on <= {{ as_of() }})
    and (property.cancelled_on is null or property.cancelled_on > {{ as_of() }})
    and property.is_active = 1
