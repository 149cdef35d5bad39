{{ config(materialized='view', meta={'counted': false}) }}

select {{ person_of_statement('told.id_number') }} as person_id, told.application_no as household_id, told.*
from {{ history_of(ref('std_operations__household_member'), 'member_no') }} as told
{{ join_person_link('person_links', "'operations.household_member'", 'id_number', 'told._key_hash') }}
