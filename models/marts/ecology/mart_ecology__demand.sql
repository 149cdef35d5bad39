{{ config(
    schema='mart_ecology', alias='demand', materialized='table', engine='MergeTree()', order_by=['district_code', 'demand_no']
) }}
{#- One row per purchase demand (M138, 002:5215) with who asks and how many intents came of it. -#}
with answers as (
    select demand_no, count() as intents
    from {{ ref('cooperation') }}
    where demand_no != '' and formed_on <= {{ as_of() }}
    group by demand_no
)

select
    demand.demand_no as demand_no,
    demand.title as title,
    {{ operator_columns('enterprise') }},
    {{ division_columns('demand') }},
    demand.product_category as product_category,
    demand.demand_state as demand_state,
    demand.quantity as quantity,
    demand.budget as budget,
    demand.published_on as published_on,
    demand.wanted_by as wanted_by,
    demand.closes_on as closes_on,
    answers.intents as intents
from {{ ref('purchase_demand') }} as demand
left join {{ ref('enterprise') }} as enterprise on enterprise.enterprise_id = demand.buyer_enterprise_id
left join answers on answers.demand_no = demand.demand_no
