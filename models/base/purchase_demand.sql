{{ config(materialized='table', order_by=['demand_no']) }}

with

demands as (

    select * from {{ ref('std_ecology__demand') }} where is_current = 1

),

divisions as (

    select * from {{ ref('division') }}

),

final as (

    select
        demands.demand_no as demand_no,
        {{ enterprise_id('demands.buyer_credit_code') }} as buyer_enterprise_id,
        {{ division_columns('divisions') }},
        demands.title as title,
        demands.product_category as product_category,
        demands.quantity as quantity,
        demands.budget as budget,
        assumeNotNull(demands.published_on) as published_on,
        demands.wanted_by as wanted_by,
        demands.closes_on as closes_on,
        demands.demand_state as demand_state

    from demands
    left join divisions on substring(demands.buyer_credit_code, 3, 6) = divisions.division_code

)

select * from final
