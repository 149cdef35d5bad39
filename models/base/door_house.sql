{#-
  Which houses doors have told of, by the month of their delivery. What a house is (`dwelling_record`) does not follow from how often its door
  opens: on a day without a new house the content of this table is as it was, and a year's openings are not read again.
-#}
{{ config(
    materialized='incremental', incremental_strategy='insert_overwrite',
    partition_by='month', order_by=['house_code'], meta={'unhashed': ['deliveries']}
) }}

with

delivered as (

    select toStartOfMonth(_business_date) as month, house_code from {{ ref('std_access_control__door_event') }}

)

select month, house_code, toUInt64(count()) as deliveries

from delivered
{% if is_incremental() -%}
where month in ({{ changed_months('month', 'delivered') }})
{%- endif %}
group by month, house_code
