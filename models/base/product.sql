{{ config(materialized='table', order_by=['product_no']) }}

with

products as (

    select * from {{ ref('std_ecology__product') }} where is_current = 1

),

suppliers as (

    select * from {{ ref('supplier') }}

),

final as (

    select
        products.product_no as product_no,
        products.supplier_no as supplier_no,
        {{ division_columns('suppliers') }},
        products.product_name as product_name,
        products.model as model,
        products.product_category as product_category,
        products.price as price,
        products.stock as stock,
        products.published_on as published_on,
        products.delisted_on as delisted_on,
        products.delist_reason as delist_reason,
        products.product_state as product_state

    from products
    left join suppliers on products.supplier_no = suppliers.supplier_no

)

select * from final
