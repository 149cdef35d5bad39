{{ config(materialized='view', meta={'counted': false}) }}

select told.* except (change_no, operation), 'anju' as record_source
from {{ history_of(ref('std_anju__application'), 'application_no') }} as told
union all
select told.*, 'operations' as record_source
from {{ history_of(ref('std_operations__application'), 'application_no') }} as told
