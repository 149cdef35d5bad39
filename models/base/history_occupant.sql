{{ config(materialized='view', meta={'counted': false}) }}

select {{ person_of_statement('told.id_number') }} as person_id, {{ dwelling_id('told.house_code') }} as dwelling_id, told.*
from {{ history_of(ref('std_operations__occupant'), 'occupant_no') }} as told
{{ join_person_link('person_links', "'operations.occupant'", 'id_number', 'told._key_hash') }}
