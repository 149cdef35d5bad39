{{ config(materialized='table', order_by=['household_id', 'member_no'], meta={'follows': {
    'key': ['member_no'],
    'inputs': {
        'std_operations__household_member': {
            'columns': ['member_no', 'application_no'],
            'keys': "select arrayJoin([member_no, concat(application_no, '-01')]) as member_no from {{ var('changed') }}",
            'aside': "is_current = 1 and {{ touched('member_no') }}"
        },
        'application': {
            'columns': ['application_no'],
            'keys': "select member_no from {{ ref('std_operations__household_member') }} where is_current = 1 and application_no in {{ var('changed') }} union all select concat(application_no, '-01') as member_no from {{ var('changed') }}",
            'aside': "application_no in (select application_no from {{ ref('std_operations__household_member') }} where is_current = 1 and {{ touched('member_no') }}) or concat(application_no, '-01') in (select member_no from {{ var('touched') }})"
        },
        'linkage.person_link': {
            'columns': ['record_key'],
            'keys': "{{ keys_of_person_links(ref('std_operations__household_member'), 'operations.household_member', 'id_number', 'member_no') }}"
        }
    }
} }) }}

with

members as (

    select * from {{ ref('std_operations__household_member') }} where is_current = 1 and {{ touched('member_no') }}

),

applications as (

    select * from {{ ref('application') }}

),

listed as (

    select
        members.member_no as member_no,
        members.application_no as household_id,
        {{ linked_person_id('members.id_number') }} as person_id,
        members.person_name as person_name,
        members.id_number as id_number,
        members.kinship_code as kinship_code,
        members.sex_code as sex_code,
        members.birth_date as birth_date,
        members.marital_status as marital_status,
        members.employer as employer,
        members.annual_income as annual_income,
        members.is_cohabiting as is_cohabiting,
        members.phone as phone,
        toUInt8(members.kinship_code = '01' or (members.id_number != '' and members.id_number = applications.applicant_id_number))
            as is_applicant

    from members
    left join applications on members.application_no = applications.application_no
    {{ join_person_link('person_links', "'operations.household_member'", 'id_number', 'members._key_hash', of='members') }}

),

-- The applicant belongs to the household whether or not the list names them (GB/T 4761: 01 本人).
applicants as (

    select
        concat(applications.application_no, '-01') as member_no,
        applications.application_no as household_id,
        applications.applicant_person_id as person_id,
        applications.applicant_name as person_name,
        applications.applicant_id_number as id_number,
        '01' as kinship_code,
        '' as sex_code,
        cast(null, 'Nullable(Date32)') as birth_date,
        '' as marital_status,
        '' as employer,
        cast(null, 'Nullable(Decimal(18, 2))') as annual_income,
        cast(1, 'Nullable(UInt8)') as is_cohabiting,
        applications.phone as phone,
        toUInt8(1) as is_applicant

    from applications
    where applications.application_no not in (select household_id from listed where is_applicant = 1)
    {%- if var('touched', '') %}
        and {{ touched("concat(applications.application_no, '-01')") }}
        -- Members who are not taken anew are as they were.
        and applications.application_no not in (
            select household_id from {{ this }}
            where is_applicant = 1 and is_listed = 1 and not {{ touched('member_no') }}
                and household_id in (select application_no from applications)
        )
    {%- endif %}

),

final as (

    select *, toUInt8(1) as is_listed from listed
    union all
    select *, toUInt8(0) as is_listed from applicants

)

select * from final
