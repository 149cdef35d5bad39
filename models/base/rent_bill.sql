{{ config(materialized='table', order_by=['contract_no', 'rent_due_no'], meta={'follows': {
    'key': ['rent_due_no'],
    'inputs': {
        'std_operations__rent_due': ['rent_due_no'],
        'rent_payment': ['rent_due_no'],
        'contract': {'at': ['contract_no']},
        'dwelling': {'at': ['dwelling_id']},
        'dwelling_merged': {
            'columns': ['left_id', 'kept_id'],
            'keys': "select rent_due_no from {{ this }} where dwelling_id in {{ merged_ids() }}"
        }
    }
} }) }}

with

dues as (

    select * from {{ ref('std_operations__rent_due') }}
    where {{ touched('rent_due_no') }}
    {{ latest_version('rent_due_no') }}

),

payments as (

    select * from {{ ref('rent_payment') }} where {{ touched('rent_due_no') }}

),

contracts as (

    select * from {{ ref('contract') }}

),

dwellings as (

    select * from {{ ref('dwelling') }}

),

-- The contract knows its dwelling better than the bill does; the bill speaks where the contract is not known.
billed as (

    select
        dues.rent_due_no as rent_due_no,
        dues.contract_no as contract_no,
        contracts.tenant_person_id as tenant_person_id,
        if(contracts.dwelling_id != '', contracts.dwelling_id, {{ dwelling_id('dues.house_code') }}) as dwelling_id,
        assumeNotNull(dues.rent_month) as rent_month,
        assumeNotNull(dues.amount_due) as amount_due,
        dues.due_on as due_on

    from dues
    left join contracts on dues.contract_no = contracts.contract_no

),

received as (

    select
        payments.rent_due_no as rent_due_no,
        cast(sum(payments.amount_paid), 'Decimal(18, 2)') as amount_paid,
        toUInt32(count()) as payments,
        min(payments.paid_on) as first_paid_on,
        max(payments.paid_on) as last_paid_on

    from payments
    group by payments.rent_due_no

),

final as (

    select
        billed.rent_due_no as rent_due_no,
        billed.contract_no as contract_no,
        billed.tenant_person_id as tenant_person_id,
        billed.dwelling_id as dwelling_id,
        dwellings.project_id as project_id,
        {{ division_columns('dwellings') }},
        billed.rent_month as rent_month,
        billed.amount_due as amount_due,
        billed.due_on as due_on,
        received.amount_paid as amount_paid,
        greatest(billed.amount_due - received.amount_paid, toDecimal64(0, 2)) as amount_open,
        received.payments as payments,
        received.first_paid_on as first_paid_on,
        received.last_paid_on as last_paid_on

    from billed
    left join received on billed.rent_due_no = received.rent_due_no
    left join dwellings on billed.dwelling_id = dwellings.dwelling_id

)

select * from final
