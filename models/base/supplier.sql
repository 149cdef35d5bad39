{{ config(materialized='table', order_by=['supplier_no']) }}

with

suppliers as (

    select * from {{ ref('std_ecology__supplier') }} where is_current = 1

),

divisions as (

    select * from {{ ref('division') }}

),

final as (

    select
        suppliers.supplier_no as supplier_no,
        {{ enterprise_id('suppliers.credit_code') }} as enterprise_id,
        suppliers.credit_code as credit_code,
        suppliers.supplier_name as supplier_name,
        suppliers.supplier_category as supplier_category,
        {{ division_columns('divisions') }},
        suppliers.address as address,
        suppliers.phone as phone,
        suppliers.main_products as main_products,
        suppliers.certificates as certificates,
        suppliers.delivery_days as delivery_days,
        suppliers.applied_on as applied_on,
        suppliers.approved_on as approved_on,
        suppliers.rejection_reason as rejection_reason,
        suppliers.left_on as left_on,
        suppliers.supplier_state as supplier_state

    from suppliers
    left join divisions on substring(suppliers.credit_code, 3, 6) = divisions.division_code

)

select * from final
