{{ config(materialized='view', meta={'counted': false}) }}

select {{ person_of_statement('told.owner_id_number') }} as person_id, told.*
from {{ history_of(ref('std_property__ownership'), 'certificate_no') }} as told
{{ join_person_link('person_links', "'property.ownership'", 'owner_id_number', 'told._key_hash') }}
