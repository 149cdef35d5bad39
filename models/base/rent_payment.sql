{{ config(materialized='table', order_by=['rent_due_no', 'rent_paid_no'], meta={'follows': {
    'key': ['rent_paid_no'],
    'inputs': {
        'std_operations__rent_paid': ['rent_paid_no'],
        'std_operations__rent_due': {'at': ['rent_due_no']}
    }
} }) }}

with

payments as (

    select * from {{ ref('std_operations__rent_paid') }}
    where {{ touched('rent_paid_no') }}
    {{ latest_version('rent_paid_no') }}

),

dues as (

    select * from {{ ref('std_operations__rent_due') }}
    {{ latest_version('rent_due_no') }}

),

final as (

    select
        payments.rent_paid_no as rent_paid_no,
        payments.rent_due_no as rent_due_no,
        if(dues.contract_no != '', dues.contract_no, payments.contract_no) as contract_no,
        dues.rent_month as rent_month,
        payments.amount_paid as amount_paid,
        payments.paid_on as paid_on,
        payments.pay_method as pay_method,
        payments.is_full as is_full,
        toUInt8(dues.rent_due_no != '') as is_matched

    from payments
    left join dues on payments.rent_due_no = dues.rent_due_no

)

select * from final
