{{ config(materialized='ephemeral') }}
{#-
  One row per supplier: what it offers, delivered and is said of it, on the as-of day. `_180`: within the last 180 days; `_before`: the 180 days before
  those. A delivery is late from the day after the one agreed; ratings are the enterprises' of the supplier, 1 to 5, good from 4 on.
-#}
with offers as (
    select
        supplier_no,
        countIf(product_state = 'published') as published_products,
        countIf(product_state = 'removed') as removed_products
    from {{ ref('product') }}
    group by supplier_no
),

deliveries as (
    select
        supplier_no,
        count() as cooperations,
        countIf(confirmed_on is not null) as confirmed,
        countIf(cooperation_state = 'confirmed') as running,
        countIf(cooperation_state = 'completed') as completed,
        countIf(cooperation_state = 'completed' and completed_on > subtractDays({{ as_of() }}, 180)) as completed_180,
        countIf(cooperation_state = 'completed' and completed_on <= due_on) as completed_in_time,
        countIf(cooperation_state = 'completed' and due_on is not null and completed_on is not null) as completed_dated,
        countIf(cooperation_state in ('completed', 'broken', 'cancelled') and confirmed_on > subtractDays({{ as_of() }}, 365)) as ended_365,
        countIf(cooperation_state = 'broken' and confirmed_on > subtractDays({{ as_of() }}, 365)) as broken_365,
        minIf(due_on, cooperation_state = 'confirmed' and due_on < {{ as_of() }}) as oldest_due_on,
        countIf(supplier_rating != '') as ratings,
        countIf(supplier_rating in ('4', '5')) as good_ratings,
        sum(toUInt8OrZero(supplier_rating)) as rating_sum,
        countIf(supplier_rating != '' and rated_on > subtractDays({{ as_of() }}, 180)) as ratings_180,
        sumIf(toUInt8OrZero(supplier_rating), rated_on > subtractDays({{ as_of() }}, 180)) as rating_sum_180,
        countIf(supplier_rating != '' and rated_on > subtractDays({{ as_of() }}, 360) and rated_on <= subtractDays({{ as_of() }}, 180)) as ratings_before,
        sumIf(toUInt8OrZero(supplier_rating), rated_on > subtractDays({{ as_of() }}, 360) and rated_on <= subtractDays({{ as_of() }}, 180)) as rating_sum_before,
        sumIf(ifNull(amount, 0), cooperation_state = 'completed') as completed_amount
    from {{ ref('cooperation') }}
    where formed_on <= {{ as_of() }}
    group by supplier_no
),

complaints as (
    select
        supplier_no,
        countIf(product_complaint_state = 'confirmed' and complained_on > subtractDays({{ as_of() }}, 180)) as complaints_180,
        maxIf(complained_on, product_complaint_state = 'confirmed') as last_complained_on
    from {{ ref('product_complaint') }}
    where complained_on <= {{ as_of() }} and supplier_no != ''
    group by supplier_no
)

select
    supplier.supplier_no as supplier_no,
    supplier.supplier_state = 'approved' as is_in_force,
    offers.published_products as published_products,
    offers.removed_products as removed_products,
    deliveries.cooperations as cooperations,
    deliveries.confirmed as confirmed,
    deliveries.running as running,
    deliveries.completed as completed,
    deliveries.completed_180 as completed_180,
    deliveries.completed_in_time as completed_in_time,
    deliveries.completed_dated as completed_dated,
    deliveries.ended_365 as ended_365,
    deliveries.broken_365 as broken_365,
    deliveries.oldest_due_on as oldest_due_on,
    deliveries.ratings as ratings,
    deliveries.good_ratings as good_ratings,
    deliveries.rating_sum as rating_sum,
    deliveries.ratings_180 as ratings_180,
    deliveries.rating_sum_180 as rating_sum_180,
    deliveries.ratings_before as ratings_before,
    deliveries.rating_sum_before as rating_sum_before,
    deliveries.completed_amount as completed_amount,
    complaints.complaints_180 as complaints_180,
    complaints.last_complained_on as last_complained_on
from {{ ref('supplier') }} as supplier
left join offers on offers.supplier_no = supplier.supplier_no
left join deliveries on deliveries.supplier_no = supplier.supplier_no
left join complaints on complaints.supplier_no = supplier.supplier_no
