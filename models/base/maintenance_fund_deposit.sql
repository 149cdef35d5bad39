{{ config(materialized='table', order_by=['deposit_no']) }}

with

deposits as (

    select * from {{ ref('std_maintenance_fund__deposit') }} where is_current = 1

),

accounts as (

    select * from {{ ref('std_maintenance_fund__account') }} where is_current = 1

),

dwellings as (

    select * from {{ ref('maintenance_fund_dwelling') }}

),

final as (

    select
        deposits.deposit_no as deposit_no,
        deposits.account_no as account_no,
        accounts.dwelling_no as dwelling_no,
        dwellings.dwelling_id as dwelling_id,
        dwellings.area_no as area_no,
        {{ division_columns('dwellings') }},
        deposits.deposit_kind as deposit_kind,
        deposits.reason as reason,
        deposits.amount_due as amount_due,
        deposits.due_on as due_on,
        deposits.amount_paid as amount_paid,
        deposits.paid_on as paid_on,
        cast(greatest(coalesce(deposits.amount_due, 0) - coalesce(deposits.amount_paid, 0), 0), 'Decimal(18, 2)') as amount_open,
        toUInt8(deposits.amount_paid is null and deposits.paid_on is null and coalesce(deposits.due_on <= {{ as_of() }}, false)) as is_missing,
        deposits.pay_method as pay_method,
        deposits.receipt_no as receipt_no

    from deposits
    left join accounts on deposits.account_no = accounts.account_no
    left join dwellings on accounts.dwelling_no = dwellings.dwelling_no

)

select * from final
