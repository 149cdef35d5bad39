{{ config(
    schema='mart_ecology', alias='product', materialized='table', engine='MergeTree()', order_by=['district_code', 'supplier_no', 'product_no']
) }}
{#- One row per product (M57, M61, M62, M136, M137; 002:1665, 002:5211-5213), with who offers it and the complaints found right. -#}
with complaints as (
    select product_no, count() as complaints, countIf(product_complaint_state = 'confirmed') as confirmed_complaints
    from {{ ref('product_complaint') }}
    where complained_on <= {{ as_of() }}
    group by product_no
)

select
    product.product_no as product_no,
    product.product_name as product_name,
    product.supplier_no as supplier_no,
    supplier.supplier_name as supplier_name,
    supplier.supplier_category as supplier_category,
    {{ division_columns('product') }},
    product.model as model,
    product.product_category as product_category,
    product.product_state as product_state,
    product.price as price,
    product.stock as stock,
    product.published_on as published_on,
    product.delisted_on as delisted_on,
    product.delist_reason as delist_reason,
    complaints.complaints as complaints,
    complaints.confirmed_complaints as confirmed_complaints
from {{ ref('product') }} as product
left join {{ ref('supplier') }} as supplier on supplier.supplier_no = product.supplier_no
left join complaints on complaints.product_no = product.product_no
