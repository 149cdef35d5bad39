{{ config(materialized='view', meta={'counted': false}) }}

select {{ enterprise_id('told.credit_code') }} as enterprise_id, told.*
from {{ history_of(ref('std_market_regulation__business_registry'), 'credit_code') }} as told
