{{ config(materialized='table', order_by=['dwelling_id', 'absent_from', 'contract_no', 'absent_until']) }}

with

told as (

    select distinct contract_no, absent_from, absent_until from {{ ref('told_absence') }}

),

contracts as (

    select contract_no, dwelling_id from {{ ref('contract') }}

),

final as (

    select
        told.contract_no as contract_no,
        contracts.dwelling_id as dwelling_id,
        told.absent_from as absent_from,
        told.absent_until as absent_until

    from told
    inner join contracts on contracts.contract_no = told.contract_no

)

select * from final
