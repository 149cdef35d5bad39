{{ config(materialized='table', order_by=['left_id']) }}

{{ merged_codes(ref('decided_dwelling'), 'dwelling', 'said_house', 'means_house') }}
