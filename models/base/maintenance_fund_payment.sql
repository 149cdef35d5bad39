{{ config(materialized='table', order_by=['use_no', 'payment_no']) }}

with

payments as (

    select * from {{ ref('std_maintenance_fund__payment') }} where is_current = 1

),

charged as (

    select source_no, sum(-amount) as amount from {{ ref('maintenance_fund_entry') }}
    where entry_kind in ('use', 'refund')
    group by source_no

),

final as (

    select
        payments.payment_no as payment_no,
        payments.use_no as use_no,
        payments.payee as payee,
        payments.payee_account as payee_account,
        payments.amount as amount,
        payments.paid_on as paid_on,
        payments.stage as stage,
        payments.voucher_no as voucher_no,
        cast(charged.amount, 'Decimal(18, 2)') as charged,
        toUInt8(coalesce(payments.amount = charged, false)) as is_charged

    from payments
    left join charged on payments.payment_no = charged.source_no

)

select * from final
