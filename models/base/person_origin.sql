{{ config(materialized='view', meta={'counted': false}) }}

{#-
  Where a person was registered when the identity number was given: its first six digits (GB 11643), which no move changes. The county's
  name where the list knows it, else the province's; nobody else's number (residence permits, foreigners) says a place.
-#}
select
    person.person_id as person_id,
    substring(person.id_number, 1, 6) as native_division_code,
    province.division_name as native_province,
    county.division_name as native_division_name,
    if(county.division_code = '', '', county.current_code) as native_current_code,
    {{ id_division_status('person.id_number') }} as native_division_status
from {{ ref('person') }} as person
left join {{ ref('division_code') }} as county on substring(person.id_number, 1, 6) = county.division_code
left join {{ ref('division_code') }} as province on concat(substring(person.id_number, 1, 2), '0000') = province.division_code
where person.certificate_kind = 'id_card'
