{{ config(materialized='view', meta={'counted': false}) }}

{#- What each data set of versions has said of a person; '' where it says nothing of an attribute. -#}
{% macro said_of_person(dataset, key, id_number='id_number', person_name='person_name', sex_code="''", birth_date='null', phone="''", marital_status="''", employer="''") -%}
select
    {{ person_id(id_number) }} as person_id,
    '{{ dataset }}' as source_dataset,
    {{ person_name }} as person_name,
    {{ id_number }} as id_number,
    {{ sex_code }} as sex_code,
    cast({{ birth_date }}, 'Nullable(Date32)') as birth_date,
    {{ phone }} as phone,
    {{ marital_status }} as marital_status,
    {{ employer }} as employer,
    valid_from, valid_to, known_from, known_to, _batch_id, _row_no
from {{ history_of(ref('std_' ~ dataset | replace('.', '__')), key) }}
where {{ id_number }} != ''
{%- endmacro %}

{{ said_of_person('police.household_register', 'id_number', sex_code='sex_code', birth_date='birth_date') }}
union all
{{ said_of_person('police.residence_permit', 'permit_no') }}
union all
{{ said_of_person('civil_affairs.minimum_living', 'certificate_no', id_number='head_id_number', person_name='head_name') }}
union all
{{ said_of_person('social_insurance.enterprise_basic', 'insurance_no', employer='unit_name') }}
union all
{{ said_of_person('social_insurance.civil_basic', 'insurance_no', employer='unit_name') }}
union all
{{ said_of_person('housing_fund.municipal_basic', 'account_no', employer='unit_name') }}
union all
{{ said_of_person('housing_fund.provincial_basic', 'account_no', employer='unit_name') }}
union all
{{ said_of_person('operations.application', 'application_no', id_number='applicant_id_number', person_name='applicant_name', phone='phone') }}
union all
{{ said_of_person('operations.household_member', 'member_no', sex_code='sex_code', birth_date='birth_date', phone='phone', marital_status='marital_status', employer='employer') }}
union all
{{ said_of_person('operations.contract', 'contract_no', id_number='tenant_id_number', person_name='tenant_name', phone='phone') }}
union all
{{ said_of_person('operations.occupant', 'occupant_no') }}
