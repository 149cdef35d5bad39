{{ config(materialized='table', order_by=['scheme', 'account_no', 'pay_month'], partition_by='toYear(pay_month)', meta={'follows': {
    'key': ['account_no', 'pay_month'],
    'inputs': {
        'std_housing_fund__municipal_payment': ['account_no', 'pay_month'],
        'std_housing_fund__provincial_payment': ['account_no', 'pay_month'],
        'fund_account': {'at': ['account_no']},
        'linkage.person_merged': {
            'columns': ['left_id', 'kept_id'],
            'keys': "select account_no, pay_month from {{ this }} where person_id in {{ merged_ids() }}"
        }
    }
} }) }}

with

municipal as (

    select * from {{ ref('std_housing_fund__municipal_payment') }}
    where {{ touched('account_no, pay_month') }}
    {{ latest_version('account_no, pay_month') }}

),

provincial as (

    select * from {{ ref('std_housing_fund__provincial_payment') }}
    where {{ touched('account_no, pay_month') }}
    {{ latest_version('account_no, pay_month') }}

),

accounts as (

    select * from {{ ref('fund_account') }} where {{ touched('account_no', of='account_no') }}

),

{% set columns = [
    'account_no', 'id_number', 'pay_month', 'contribution_base', 'unit_amount', 'personal_amount', 'paid_on', 'payment_type'
] -%}

payments as (

    select 'municipal' as scheme, {{ columns | join(', ') }} from municipal
    union all
    select 'provincial' as scheme, {{ columns | join(', ') }} from provincial

),

final as (

    select
        payments.scheme as scheme,
        payments.account_no as account_no,
        assumeNotNull(payments.pay_month) as pay_month,
        if(payments.id_number != '', {{ person_id('payments.id_number') }}, accounts.person_id) as person_id,
        payments.contribution_base as contribution_base,
        payments.unit_amount as unit_amount,
        payments.personal_amount as personal_amount,
        payments.paid_on as paid_on,
        payments.payment_type as payment_type

    from payments
    left join accounts on payments.scheme = accounts.scheme and payments.account_no = accounts.account_no

)

select * from final
