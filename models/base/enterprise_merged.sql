{{ config(materialized='table', order_by=['left_id']) }}

{{ merged_codes(ref('decided_enterprise'), 'enterprise', 'said_code', 'means_code') }}
