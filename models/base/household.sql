{{ config(materialized='table', order_by=['household_id']) }}

with

-- Which applications there are: ours, and the business system's of which our own store has never told.
applications as (

    select * from {{ ref('application') }}

),

divisions as (

    select * from {{ ref('division') }}

),

-- What each system says of an application, whichever of them the application itself is taken from.
{% for name, model in [['ours', 'std_anju__application'], ['theirs', 'std_operations__application']] -%}
{{ name }} as (

    select
        *,
        multiIf(
            community_code in (select division_code from divisions), community_code,
            street_code in (select division_code from divisions), street_code,
            ''
        ) as place_code

    from {{ ref(model) }}
    where is_current = 1

),

{% endfor -%}
members as (

    select * from {{ ref('household_member') }}

),

counted as (

    select
        members.household_id as household_id,
        toInt32(count()) as known_members,
        toInt32(countIf(members.is_cohabiting = 1)) as cohabiting_members,
        toInt32(countIf(members.person_id != '')) as identified_members,
        cast(sum(members.annual_income), 'Nullable(Decimal(18, 2))') as members_annual_income,
        minIf(members.person_name, members.is_listed = 1 and members.is_applicant = 1 and members.person_name != '') as applicant_name,
        -- A member whose income nobody stated leaves the sum short.
        if(countIf(members.annual_income is null) = 0, members_annual_income, null) as whole_income

    from members
    group by members.household_id

),

-- Of each attribute several sources speak of, the value of the best that has one and whose it is (seed source_priority).
told as (

    select
        applications.household_id as household_id,
        applications.application_no as application_no,
        applications.applicant_person_id as applicant_person_id,
        counted.known_members as known_members,
        counted.cohabiting_members as cohabiting_members,
        counted.identified_members as identified_members,
        counted.members_annual_income as members_annual_income,
        {{ first_told('household', 'applicant_name', [
            ['ours.applicant_name', 'anju.application'],
            ['theirs.applicant_name', 'operations.application'],
            ['counted.applicant_name', 'operations.household_member']
        ]) }} as applicant,
        {{ first_told('household', 'applicant_group', [
            ['ours.applicant_group', 'anju.application'],
            ['theirs.applicant_group', 'operations.application']
        ]) }} as group_told,
        {{ first_told('household', 'division', [
            ['ours.place_code', 'anju.application'],
            ['theirs.place_code', 'operations.application']
        ]) }} as division,
        {{ first_told('household', 'declared_members', [
            ['ours.member_count', 'anju.application'],
            ['theirs.member_count', 'operations.application']
        ], has='one.1 is not null') }} as members,
        {{ first_told('household', 'annual_income', [
            ['ours.annual_income', 'anju.application'],
            ['theirs.annual_income', 'operations.application'],
            ['counted.whole_income', 'operations.household_member']
        ], has='one.1 is not null') }} as income,
        {{ first_told('household', 'floor_area_per_person', [
            ['ours.floor_area_per_person', 'anju.application'],
            ['theirs.floor_area_per_person', 'operations.application']
        ], has='one.1 is not null') }} as area

    from applications
    left join ours on applications.application_no = ours.application_no
    left join theirs on applications.application_no = theirs.application_no
    left join counted on applications.household_id = counted.household_id

),

final as (

    select
        told.household_id as household_id,
        told.application_no as application_no,
        told.applicant_person_id as applicant_person_id,
        told.applicant.1 as applicant_name,
        told.group_told.1 as applicant_group,
        {{ division_columns('divisions') }},
        told.members.1 as declared_members,
        told.known_members as known_members,
        told.cohabiting_members as cohabiting_members,
        told.identified_members as identified_members,
        told.income.1 as annual_income,
        told.members_annual_income as members_annual_income,
        cast(
            toDecimal128(annual_income, 4) / nullIf(declared_members, 0), 'Nullable(Decimal(18, 2))'
        ) as annual_income_per_person,
        told.area.1 as floor_area_per_person,
        cast(told.area.1 * declared_members, 'Nullable(Decimal(18, 2))') as floor_area,
        told.applicant.2 as applicant_name_source,
        told.group_told.2 as applicant_group_source,
        told.division.2 as division_source,
        told.members.2 as declared_members_source,
        told.income.2 as annual_income_source,
        told.area.2 as floor_area_per_person_source

    from told
    left join divisions on told.division.1 = divisions.division_code

)

select * from final
