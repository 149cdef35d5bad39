{{ config(materialized='table', order_by=['day']) }}

select distinct day from {{ ref('public_holiday') }}
