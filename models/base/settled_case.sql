{{ config(materialized='table', order_by=['decision']) }}

select * from {{ ref('decided_case') }}
