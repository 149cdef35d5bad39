{{ config(materialized='table', order_by=['scheme', 'insurance_no', 'pay_month'], partition_by='toYear(pay_month)', meta={'follows': {
    'key': ['insurance_no', 'pay_month'],
    'inputs': {
        'std_social_insurance__enterprise_payment': ['insurance_no', 'pay_month'],
        'std_social_insurance__civil_payment': ['insurance_no', 'pay_month'],
        'insurance_account': {'at': ['insurance_no']},
        'linkage.person_merged': {
            'columns': ['left_id', 'kept_id'],
            'keys': "select insurance_no, pay_month from {{ this }} where person_id in {{ merged_ids() }}"
        }
    }
} }) }}

with

enterprise as (

    select * from {{ ref('std_social_insurance__enterprise_payment') }}
    where {{ touched('insurance_no, pay_month') }}
    {{ latest_version('insurance_no, pay_month') }}

),

civil as (

    select * from {{ ref('std_social_insurance__civil_payment') }}
    where {{ touched('insurance_no, pay_month') }}
    {{ latest_version('insurance_no, pay_month') }}

),

accounts as (

    select * from {{ ref('insurance_account') }} where {{ touched('insurance_no', of='insurance_no') }}

),

{% set columns = ['insurance_no', 'id_number', 'pay_month', 'contribution_base', 'unit_amount', 'personal_amount', 'paid_on'] -%}

payments as (

    select 'enterprise' as scheme, {{ columns | join(', ') }} from enterprise
    union all
    select 'civil' as scheme, {{ columns | join(', ') }} from civil

),

final as (

    select
        payments.scheme as scheme,
        payments.insurance_no as insurance_no,
        assumeNotNull(payments.pay_month) as pay_month,
        if(payments.id_number != '', {{ person_id('payments.id_number') }}, accounts.person_id) as person_id,
        payments.contribution_base as contribution_base,
        payments.unit_amount as unit_amount,
        payments.personal_amount as personal_amount,
        payments.paid_on as paid_on

    from payments
    left join accounts on payments.scheme = accounts.scheme and payments.insurance_no = accounts.insurance_no

)

select * from final
