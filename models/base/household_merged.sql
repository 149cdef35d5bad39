{{ config(materialized='table', order_by=['left_code']) }}

{{ merged_codes(ref('decided_household'), 'household', 'said_household', 'means_household') }}
