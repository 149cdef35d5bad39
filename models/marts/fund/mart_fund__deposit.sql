{{ config(
    schema='mart_fund', alias='deposit', materialized='table', engine='MergeTree()',
    order_by=['due_on', 'district_code', 'street_code', 'deposit_no']
) }}
{#- One row per deposit fallen due by the as-of day (CJJ/T 258 19.2.2 应交、已交、交存率). What is paid above what is due does not make up for another. -#}
select
    deposit.deposit_no as deposit_no,
    deposit.account_no as account_no,
    deposit.dwelling_no as fund_dwelling_no,
    deposit.dwelling_id as dwelling_id,
    {{ division_columns('deposit') }},
    {{ fund_area_columns('area') }},
    deposit.deposit_kind as deposit_kind,
    deposit.reason as reason,
    assumeNotNull(deposit.due_on) as due_on,
    ifNull(deposit.amount_due, 0) as amount_due,
    ifNull(deposit.amount_paid, 0) as amount_paid,
    least(ifNull(deposit.amount_paid, 0), ifNull(deposit.amount_due, 0)) as amount_collected,
    ifNull(deposit.amount_due, 0) - least(ifNull(deposit.amount_paid, 0), ifNull(deposit.amount_due, 0)) as amount_open,
    deposit.paid_on as paid_on,
    deposit.is_missing as is_missing,
    deposit.pay_method as pay_method,
    amount_open = 0 and ifNull(deposit.paid_on <= deposit.due_on, 0) as is_timely
from {{ ref('maintenance_fund_deposit') }} as deposit
left join {{ ref('maintenance_fund_area') }} as area on area.area_no = deposit.area_no
where deposit.due_on is not null and deposit.due_on <= {{ as_of() }}
