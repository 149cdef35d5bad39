{{ config(materialized='table', order_by=['application_no', 'subsidy_due_no']) }}

with

dues as (

    select * from {{ ref('std_operations__subsidy_due') }}
    {{ latest_version('subsidy_due_no') }}

),

disbursements as (

    select * from {{ ref('std_operations__subsidy_paid') }}
    {{ latest_version('subsidy_paid_no') }}

),

applications as (

    select * from {{ ref('application') }}

),

-- What came back or never left the account is not money the household has.
received as (

    select
        disbursements.subsidy_due_no as subsidy_due_no,
        -- A sum over no row of a nullable amount is NULL: nothing received is nothing, not unknown.
        cast(
            ifNull(sumIf(disbursements.amount_paid, disbursements.pay_state not in ('unpaid', 'refunded')), 0), 'Decimal(18, 2)'
        ) as amount_paid,
        cast(ifNull(sumIf(disbursements.amount_paid, disbursements.pay_state = 'refunded'), 0), 'Decimal(18, 2)') as amount_refunded,
        maxIf(disbursements.paid_on, disbursements.pay_state not in ('unpaid', 'refunded')) as last_paid_on,
        argMax(disbursements.pay_state, (disbursements.paid_on, disbursements.subsidy_paid_no)) as pay_state,
        argMax(disbursements.pay_method, (disbursements.paid_on, disbursements.subsidy_paid_no)) as pay_method

    from disbursements
    group by disbursements.subsidy_due_no

),

final as (

    select
        dues.subsidy_due_no as subsidy_due_no,
        dues.application_no as application_no,
        applications.household_id as household_id,
        {{ person_id('dues.id_number') }} as person_id,
        dues.person_name as person_name,
        {{ division_columns('applications') }},
        assumeNotNull(dues.subsidy_month) as subsidy_month,
        assumeNotNull(dues.amount_due) as amount_due,
        dues.due_on as due_on,
        coalesce(received.amount_paid, toDecimal64(0, 2)) as amount_paid,
        coalesce(received.amount_refunded, toDecimal64(0, 2)) as amount_refunded,
        greatest(assumeNotNull(dues.amount_due) - coalesce(received.amount_paid, toDecimal64(0, 2)), toDecimal64(0, 2)) as amount_open,
        received.last_paid_on as last_paid_on,
        received.pay_state as pay_state,
        received.pay_method as pay_method

    from dues
    left join received on dues.subsidy_due_no = received.subsidy_due_no
    left join applications on dues.application_no = applications.application_no

)

select * from final
