{{ config(materialized='table', order_by=['household_id']) }}

with

applications as (

    select * from {{ ref('application') }}

),

members as (

    select * from {{ ref('household_member') }}

),

counted as (

    select
        members.household_id as household_id,
        toInt32(count()) as known_members,
        toInt32(countIf(members.is_cohabiting = 1)) as cohabiting_members,
        toInt32(countIf(members.person_id != '')) as identified_members,
        cast(sum(members.annual_income), 'Nullable(Decimal(18, 2))') as members_annual_income

    from members
    group by members.household_id

),

final as (

    select
        applications.household_id as household_id,
        applications.application_no as application_no,
        applications.applicant_person_id as applicant_person_id,
        applications.applicant_name as applicant_name,
        applications.applicant_group as applicant_group,
        {{ division_columns('applications') }},
        applications.member_count as declared_members,
        counted.known_members as known_members,
        counted.cohabiting_members as cohabiting_members,
        counted.identified_members as identified_members,
        applications.annual_income as annual_income,
        counted.members_annual_income as members_annual_income,
        cast(
            toDecimal128(applications.annual_income, 4) / nullIf(declared_members, 0), 'Nullable(Decimal(18, 2))'
        ) as annual_income_per_person,
        applications.floor_area_per_person as floor_area_per_person,
        cast(applications.floor_area_per_person * declared_members, 'Nullable(Decimal(18, 2))') as floor_area

    from applications
    left join counted on applications.household_id = counted.household_id

)

select * from final
