{{ config(
    schema='mart_ecology', alias='cooperation', materialized='table', engine='MergeTree()', order_by=['district_code', 'supplier_no', 'cooperation_no']
) }}
{#-
  One row per cooperation (M98, M130, M139, M141; 002:5217, 002:5229, 002:5337): the lines of the ecology graph, from a supplier to the enterprise
  that buys. `rating` is the enterprise's of the supplier.
-#}
select
    cooperation.cooperation_no as cooperation_no,
    cooperation.supplier_no as supplier_no,
    supplier.supplier_name as supplier_name,
    supplier.supplier_category as supplier_category,
    {{ operator_columns('enterprise') }},
    {{ division_columns('cooperation') }},
    product.product_name as product_name,
    product.product_category as product_category,
    cooperation.cooperation_kind as cooperation_kind,
    cooperation.cooperation_state as cooperation_state,
    cooperation.formed_on as formed_on,
    cooperation.confirmed_on as confirmed_on,
    cooperation.due_on as due_on,
    cooperation.completed_on as completed_on,
    cooperation.amount as amount,
    ifNull(cooperation.completed_on <= cooperation.due_on, 0) as is_in_time,
    cooperation.supplier_rating as rating,
    cooperation.rated_on as rated_on
from {{ ref('cooperation') }} as cooperation
left join {{ ref('supplier') }} as supplier on supplier.supplier_no = cooperation.supplier_no
left join {{ ref('product') }} as product on product.product_no = cooperation.product_no
left join {{ ref('enterprise') }} as enterprise on enterprise.enterprise_id = cooperation.buyer_enterprise_id
where cooperation.formed_on <= {{ as_of() }}
