{{ config(materialized='table', order_by=['cooperation_no']) }}

with

cooperations as (

    select * from {{ ref('std_ecology__cooperation') }} where is_current = 1

),

-- The other party's word about the supplier, and the supplier's about the other party; one of each, the last.
ratings as (

    select
        cooperation_no,
        argMaxIf(rating, (rated_on, evaluation_no), evaluated_party = 'supplier') as supplier_rating,
        argMaxIf(rating, (rated_on, evaluation_no), evaluated_party = 'buyer') as buyer_rating,
        maxIf(rated_on, evaluated_party = 'supplier') as last_rated_on

    from {{ ref('std_ecology__evaluation') }}
    where is_current = 1 and rating != ''
    group by cooperation_no

),

suppliers as (

    select * from {{ ref('supplier') }}

),

final as (

    select
        cooperations.cooperation_no as cooperation_no,
        cooperations.supplier_no as supplier_no,
        {{ enterprise_id('cooperations.buyer_credit_code') }} as buyer_enterprise_id,
        {{ division_columns('suppliers') }},
        cooperations.product_no as product_no,
        cooperations.demand_no as demand_no,
        cooperations.cooperation_kind as cooperation_kind,
        cooperations.cooperation_state as cooperation_state,
        assumeNotNull(cooperations.formed_on) as formed_on,
        cooperations.confirmed_on as confirmed_on,
        cooperations.due_on as due_on,
        cooperations.completed_on as completed_on,
        cooperations.amount as amount,
        ratings.supplier_rating as supplier_rating,
        ratings.buyer_rating as buyer_rating,
        ratings.last_rated_on as rated_on

    from cooperations
    left join ratings on cooperations.cooperation_no = ratings.cooperation_no
    left join suppliers on cooperations.supplier_no = suppliers.supplier_no

)

select * from final
