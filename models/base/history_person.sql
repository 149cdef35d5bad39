{{ config(materialized='view', meta={'counted': false}) }}

{#- What each data set of versions has said of a person; '' where it says nothing of an attribute. -#}
{% macro said_of_person(dataset, id_number='id_number', person_name='person_name', sex_code="''", birth_date='null', phone="''", marital_status="''", employer="''", is_deleted='is_deleted') -%}
select
    '{{ dataset }}' as source_dataset,
    '{{ dataset }}:{{ id_number }}' as record_field,
    {{ person_name }} as person_name,
    {{ id_number }} as id_number,
    {{ sex_code }} as sex_code,
    cast({{ birth_date }}, 'Nullable(Date32)') as birth_date,
    {{ phone }} as phone,
    {{ marital_status }} as marital_status,
    {{ employer }} as employer,
    valid_from, valid_to, known_from, known_to, is_current, {{ is_deleted }} as is_deleted, _business_date, _version_hash, _key_hash, _batch_id, _row_no
from {{ ref('std_' ~ dataset | replace('.', '__')) }}
{%- endmacro %}

{#- All of them in one, for the engine plans rectangles longer than it reads a person's few. -#}
{% macro said_of_persons() -%}
(
    {{ said_of_person('police.household_register', sex_code='sex_code', birth_date='birth_date') }}
    union all
    {{ said_of_person('police.migration') }}
    union all
    {{ said_of_person('police.residence_permit') }}
    union all
    {{ said_of_person('civil_affairs.marriage', id_number='husband_id_number', person_name='husband_name', marital_status='marital_status') }}
    union all
    {{ said_of_person('civil_affairs.marriage', id_number='wife_id_number', person_name='wife_name', marital_status='marital_status') }}
    union all
    {{ said_of_person('civil_affairs.minimum_living', id_number='head_id_number', person_name='head_name') }}
    union all
    {{ said_of_person('civil_affairs.low_income', id_number='head_id_number', person_name='head_name') }}
    union all
    {{ said_of_person('civil_affairs.destitute_support', id_number='head_id_number', person_name='head_name') }}
    union all
    {{ said_of_person('property.ownership', id_number='owner_id_number', person_name='owner_name') }}
    union all
    {{ said_of_person('property.net_signed_contract', id_number='buyer_id_number', person_name='buyer_name') }}
    union all
    {{ said_of_person('social_insurance.enterprise_basic', employer='unit_name') }}
    union all
    {{ said_of_person('social_insurance.civil_basic', employer='unit_name') }}
    union all
    {{ said_of_person('housing_fund.municipal_basic', employer='unit_name') }}
    union all
    {{ said_of_person('housing_fund.provincial_basic', employer='unit_name') }}
    union all
    {{ said_of_person('housing_security.other_benefit') }}
    union all
    {{ said_of_person('housing_security.direct_managed_housing', person_name='tenant_name') }}
    union all
    {{ said_of_person('operations.application', id_number='applicant_id_number', person_name='applicant_name', phone='phone') }}
    union all
    {{ said_of_person('operations.household_member', sex_code='sex_code', birth_date='birth_date', phone='phone', marital_status='marital_status', employer='employer') }}
    union all
    {{ said_of_person('operations.contract', id_number='tenant_id_number', person_name='tenant_name', phone='phone') }}
    union all
    {{ said_of_person('operations.occupant') }}
    union all
    {{ said_of_person('anju.application', id_number='applicant_id_number', person_name='applicant_name', phone='phone') }}
    union all
    {{ said_of_person('anju.contract', id_number='tenant_id_number', person_name='tenant_name', phone='phone') }}
    union all
    {{ said_of_person('maintenance_fund.owner', phone='phone', is_deleted="toUInt8(is_deleted = 1 or owner_kind = 'organisation')") }}
)
{%- endmacro %}

{#-
  Who a record is about is what is known now: its link, where it has one, for all its statements are of one record; else its number, and
  whose number that is.
-#}
select
    {{ person_of_statement('told.id_number') }} as person_id,
    told.source_dataset as source_dataset,
    told.person_name as person_name,
    told.id_number as id_number,
    told.sex_code as sex_code,
    told.birth_date as birth_date,
    told.phone as phone,
    told.marital_status as marital_status,
    told.employer as employer,
    valid_from, valid_to, known_from, known_to, _batch_id, _row_no

from {{ history_of(said_of_persons(), 'record_field') }} as told
left join {{ source('linkage', 'person_link') }} as person_links
    on person_links.record_key = concat(told.record_field, ':', lower(hex(told._key_hash)))
where person_id != ''
