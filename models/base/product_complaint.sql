{{ config(materialized='table', order_by=['complaint_no']) }}

with

complaints as (

    select * from {{ ref('std_ecology__product_complaint') }} where is_current = 1

),

products as (

    select * from {{ ref('product') }}

),

final as (

    select
        complaints.complaint_no as complaint_no,
        complaints.product_no as product_no,
        products.supplier_no as supplier_no,
        {{ division_columns('products') }},
        complaints.cooperation_no as cooperation_no,
        assumeNotNull(complaints.complained_on) as complained_on,
        complaints.content as content,
        complaints.product_complaint_state as product_complaint_state

    from complaints
    left join products on complaints.product_no = products.product_no

)

select * from final
