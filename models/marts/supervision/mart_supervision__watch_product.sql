{{ config(
    schema='mart_supervision', alias='watch_product', materialized='table', engine='MergeTree()', order_by=['object_key']
) }}
{#- One row per product (AL78, 002:2177), placed where its supplier is registered. Complaints count where they were found right. -#}
with complaints as (
    select
        product_no,
        count() as complaints_90,
        min(complained_on) as first_complained_on
    from {{ ref('product_complaint') }}
    where product_complaint_state = 'confirmed' and complained_on <= {{ as_of() }} and complained_on > subtractDays({{ as_of() }}, 90)
    group by product_no
)

select
    product.product_no as object_key,
    '' as person_id,
    '' as household_id,
    '' as contract_no,
    supplier.enterprise_id as enterprise_id,
    {{ no_dwelling_columns() }},
    '' as project_id,
    '' as project_name,
    '' as project_kind,
    '' as allocation_kind,
    {{ division_columns('product') }},
    product.product_category as product_category,
    product.product_state as product_state,
    product.product_state = 'published' as is_published,
    complaints.complaints_90 as complaints_90,
    if(complaints.complaints_90 = 0, null, complaints.first_complained_on) as first_complained_on
from {{ ref('product') }} as product
left join {{ ref('supplier') }} as supplier on supplier.supplier_no = product.supplier_no
left join complaints on complaints.product_no = product.product_no
