{{ config(materialized='table', order_by=['decision']) }}

select * replace ({{ kept_id('enterprise_id', ref('enterprise_merged')) }} as enterprise_id) from {{ ref('decided_case') }}
