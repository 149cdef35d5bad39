{{ config(materialized='table', order_by=['case_id']) }}

select * from {{ ref('decided_case') }}
