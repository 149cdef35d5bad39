{{ config(
    schema='mart_ecology', alias='supplier', materialized='table', engine='MergeTree()', order_by=['district_code', 'supplier_no']
) }}
{#- One row per supplier that applied (M57, M60, M62, M63, M98, M140; 002:1665-1685, 002:2129): who it is, what it offers, delivered and is said of it. -#}
select
    supplier.supplier_no as supplier_no,
    supplier.supplier_name as supplier_name,
    supplier.enterprise_id as enterprise_id,
    supplier.credit_code as credit_code,
    {{ division_columns('supplier') }},
    supplier.supplier_category as supplier_category,
    supplier.supplier_state as supplier_state,
    standing.is_in_force as is_in_force,
    supplier.address as address,
    supplier.phone as phone,
    supplier.main_products as main_products,
    supplier.certificates as certificates,
    supplier.delivery_days as delivery_days,
    supplier.applied_on as applied_on,
    supplier.approved_on as approved_on,
    supplier.left_on as left_on,
    standing.published_products as published_products,
    standing.removed_products as removed_products,
    standing.cooperations as cooperations,
    standing.completed as completed,
    standing.completed_amount as completed_amount,
    standing.completed_in_time as completed_in_time,
    standing.completed_dated as completed_dated,
    standing.ratings as ratings,
    standing.good_ratings as good_ratings,
    {{ ratio('standing.rating_sum', 'standing.ratings') }} as rating,
    standing.complaints_180 as complaints_180
from {{ ref('supplier') }} as supplier
inner join {{ ref('supplier_standing') }} as standing on standing.supplier_no = supplier.supplier_no
