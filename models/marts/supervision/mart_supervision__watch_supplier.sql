{{ config(
    schema='mart_supervision', alias='watch_supplier', materialized='table', engine='MergeTree()', order_by=['object_key']
) }}
{#- One row per supplier that was ever let in (AL41-AL44, AL77; 002:2389, 002:2129), placed where it is registered. Shares are 0 to 1, ratings 1 to 5. -#}
select
    supplier.supplier_no as object_key,
    '' as person_id,
    '' as household_id,
    '' as contract_no,
    supplier.enterprise_id as enterprise_id,
    {{ no_dwelling_columns() }},
    '' as project_id,
    '' as project_name,
    '' as project_kind,
    '' as allocation_kind,
    {{ division_columns('supplier') }},
    supplier.supplier_category as supplier_category,
    supplier.supplier_state as supplier_state,
    standing.published_products as published_products,
    standing.running as running,
    if(standing.oldest_due_on is null, 0, dateDiff('day', standing.oldest_due_on, {{ as_of() }})) as days_late,
    standing.oldest_due_on as oldest_due_on,
    standing.completed_180 as completed_180,
    standing.complaints_180 as complaints_180,
    standing.last_complained_on as last_complained_on,
    {{ ratio('standing.complaints_180', 'standing.completed_180') }} as complaint_rate_180,
    standing.ended_365 as ended_365,
    standing.broken_365 as broken_365,
    {{ ratio('standing.broken_365', 'standing.ended_365') }} as broken_share_365,
    standing.ratings_180 as ratings_180,
    standing.ratings_before as ratings_before,
    {{ ratio('standing.rating_sum_180', 'standing.ratings_180') }} as rating_180,
    if(standing.ratings_180 = 0 or standing.ratings_before = 0, null,
        {{ ratio('standing.rating_sum_before', 'standing.ratings_before') }} - {{ ratio('standing.rating_sum_180', 'standing.ratings_180') }}) as rating_drop
from {{ ref('supplier') }} as supplier
inner join {{ ref('supplier_standing') }} as standing on standing.supplier_no = supplier.supplier_no
where supplier.supplier_state not in ('applied', 'rejected')
