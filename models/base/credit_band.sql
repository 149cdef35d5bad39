{{ config(materialized='table', order_by=['grade']) }}

select * from {{ ref('credit_grade') }}
