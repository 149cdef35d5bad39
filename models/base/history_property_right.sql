{{ config(materialized='view', meta={'counted': false}) }}

select {{ person_id('told.owner_id_number') }} as person_id, told.* from {{ history_of(ref('std_property__ownership'), 'certificate_no') }} as told
