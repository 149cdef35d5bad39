{{ config(materialized='ephemeral') }}
{#-
  One row per beneficiary and home of his own: a member of a household that has a dwelling or a subsidy now, and a
  residential right in force or a sale contract signed and not revoked (002:6197-6229, 002:6735). A share counts like the
  whole: what is decided here is that somebody must look, not what follows. A signing already registered is a right.
-#}
with benefits as (
    select
        benefit.household_id as household_id,
        min(benefit.since) as benefit_since,
        max(benefit.contract_no) as contract_no,
        argMax(benefit.dwelling_id, benefit.contract_no) as dwelling_id
    from (
        select household_id, starts_on as since, contract_no, dwelling_id
        from {{ ref('contract_standing') }} as contract_standing
        where standing = 'running'

        union all

        select household_id, toDate32(subsidy_month) as since, '' as contract_no, '' as dwelling_id
        from {{ ref('subsidy_payment') }}
        where has_due = 1 and amount_paid > 0 and household_id in (select household_id from {{ ref('subsidised_household') }} as subsidised)
    ) as benefit
    where benefit.household_id != ''
    group by benefit.household_id
),

members as (
    select distinct household_id, person_id
    from {{ ref('household_member') }}
    where household_id != '' and person_id != ''
),

homes as (
    select
        person_id, 'right' as right_kind, certificate_no as right_no, district_name, floor_area, ownership_share, acquired_on
    from {{ ref('property_right') }}
    where is_active = 1 and is_residence = 1 and person_id != '' and ifNull(acquired_on <= {{ as_of() }}, 1)

    union all

    select
        person_id, 'signing' as right_kind, signing_no as right_no, district_name, floor_area,
        null as ownership_share, signed_on as acquired_on
    from {{ ref('signing') }}
    where is_active = 1 and signing_state != 'transferred' and person_id != '' and ifNull(signed_on <= {{ as_of() }}, 1)
)

select
    members.household_id as household_id,
    members.person_id as person_id,
    home.right_kind as right_kind,
    home.right_no as right_no,
    home.district_name as property_district,
    home.floor_area as property_floor_area,
    home.ownership_share as ownership_share,
    home.acquired_on as acquired_on,
    benefits.benefit_since as benefit_since,
    benefits.contract_no as contract_no,
    benefits.dwelling_id as dwelling_id,
    multiIf(
        home.acquired_on is null, 'unknown',
        home.acquired_on >= benefits.benefit_since, 'after',
        'before'
    ) as acquired_relation
from homes as home
inner join members on members.person_id = home.person_id
inner join benefits on benefits.household_id = members.household_id
