{{ config(materialized='view', meta={'counted': false}) }}

{#- A household is what its application says of it (base.household); its members are in history_household_member. -#}
select
    told.application_no as application_no,
    told.application_no as household_id,
    {{ person_of_statement('told.applicant_id_number') }} as applicant_person_id,
    told.applicant_name as applicant_name,
    told.applicant_id_number as applicant_id_number,
    told.applicant_group as applicant_group,
    told.member_count as declared_members,
    told.annual_income as annual_income,
    told.floor_area_per_person as floor_area_per_person,
    told.street_code as street_code,
    told.community_code as community_code,
    told.application_state as application_state,
    told.record_source as record_source,
    valid_from, valid_to, known_from, known_to, _key_hash, _batch_id, _row_no

from {{ ref('history_application') }} as told
{{ join_person_link('person_links', "concat(told.record_source, '.application')", 'applicant_id_number', 'told._key_hash') }}
