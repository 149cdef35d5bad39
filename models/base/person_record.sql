{{ config(materialized='table', order_by=['record_key']) }}

with

contracts as (

    select contract_no, application_no from {{ ref('std_operations__contract') }} where is_current = 1 and application_no != ''

),

occupants as (

    select occupants.*, contracts.application_no as application_no
    from {{ ref('std_operations__occupant') }} as occupants
    left join contracts on occupants.contract_no = contracts.contract_no

),

-- Organisations own homes too; they are no persons.
owners as (

    select * from {{ ref('std_maintenance_fund__owner') }}
    where owner_kind != 'organisation' and (id_number != '' or person_name != '')

),

final as (

    {{ person_record_of('police.household_register', ref('std_police__household_register'), sex_code='sex_code',
        birth_date='birth_date', address='register_address', register_no='register_no') }}
    union all
    {{ person_record_of('police.migration', ref('std_police__migration')) }}
    union all
    {{ person_record_of('police.residence_permit', ref('std_police__residence_permit')) }}
    union all
    {{ person_record_of('civil_affairs.marriage', ref('std_civil_affairs__marriage'), field='husband_id_number',
        person_name='husband_name', sex_code="'1'") }}
    union all
    {{ person_record_of('civil_affairs.marriage', ref('std_civil_affairs__marriage'), field='wife_id_number',
        person_name='wife_name', sex_code="'2'") }}
    union all
    {{ person_record_of('civil_affairs.minimum_living', ref('std_civil_affairs__minimum_living'), field='head_id_number',
        person_name='head_name') }}
    union all
    {{ person_record_of('civil_affairs.low_income', ref('std_civil_affairs__low_income'), field='head_id_number',
        person_name='head_name') }}
    union all
    {{ person_record_of('civil_affairs.destitute_support', ref('std_civil_affairs__destitute_support'), field='head_id_number',
        person_name='head_name') }}
    union all
    {{ person_record_of('property.ownership', ref('std_property__ownership'), field='owner_id_number', person_name='owner_name',
        address='address') }}
    union all
    {{ person_record_of('property.net_signed_contract', ref('std_property__net_signed_contract'), field='buyer_id_number',
        person_name='buyer_name', address='address') }}
    union all
    {{ person_record_of('social_insurance.enterprise_basic', ref('std_social_insurance__enterprise_basic'), employer='unit_name') }}
    union all
    {{ person_record_of('social_insurance.civil_basic', ref('std_social_insurance__civil_basic'), employer='unit_name') }}
    union all
    {{ person_record_of('housing_fund.municipal_basic', ref('std_housing_fund__municipal_basic'), employer='unit_name') }}
    union all
    {{ person_record_of('housing_fund.provincial_basic', ref('std_housing_fund__provincial_basic'), employer='unit_name') }}
    union all
    {{ person_record_of('housing_security.other_benefit', ref('std_housing_security__other_benefit')) }}
    union all
    {{ person_record_of('housing_security.direct_managed_housing', ref('std_housing_security__direct_managed_housing'),
        person_name='tenant_name', address='address') }}
    union all
    {{ person_record_of('operations.application', ref('std_operations__application'), field='applicant_id_number',
        person_name='applicant_name', phone='phone', application_no='application_no') }}
    union all
    {{ person_record_of('operations.household_member', ref('std_operations__household_member'), sex_code='sex_code',
        birth_date='birth_date', phone='phone', employer='employer', application_no='application_no') }}
    union all
    {{ person_record_of('operations.contract', ref('std_operations__contract'), field='tenant_id_number',
        person_name='tenant_name', phone='phone', application_no='application_no') }}
    union all
    {{ person_record_of('operations.occupant', 'occupants', application_no='application_no') }}
    union all
    {{ person_record_of('anju.application', ref('std_anju__application'), field='applicant_id_number',
        person_name='applicant_name', phone='phone', application_no='application_no') }}
    union all
    {{ person_record_of('anju.contract', ref('std_anju__contract'), field='tenant_id_number', person_name='tenant_name',
        phone='phone', application_no='application_no') }}
    union all
    {{ person_record_of('maintenance_fund.owner', 'owners', phone='phone') }}

)

select * from final
