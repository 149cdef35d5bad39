{{ config(materialized='table', order_by=['event', 'indicator']) }}

select * from {{ ref('credit_indicator') }}
