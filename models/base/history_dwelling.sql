{{ config(materialized='view', meta={'counted': false}) }}

select {{ dwelling_id('told.house_code') }} as dwelling_id, told.* from {{ history_of(ref('std_operations__dwelling'), 'dwelling_no') }} as told
