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
        max(assumeNotNull(disbursements.paid_on)) as last_sent_on,
        argMax(disbursements.bank_account, (disbursements.paid_on, disbursements.subsidy_paid_no)) as bank_account,
        argMax(disbursements.pay_state, (disbursements.paid_on, disbursements.subsidy_paid_no)) as pay_state,
        argMax(disbursements.pay_method, (disbursements.paid_on, disbursements.subsidy_paid_no)) as pay_method

    from disbursements
    group by disbursements.subsidy_due_no

),

-- Whose account it is: of one application alone, by what was paid into it for months that were due.
accounts as (

    select
        disbursements.bank_account as bank_account,
        any(dues.application_no) as application_no,
        ifNull(argMax(dues.id_number, dues.subsidy_month), '') as id_number,
        argMax(dues.person_name, dues.subsidy_month) as person_name

    from disbursements
    inner join dues on disbursements.subsidy_due_no = dues.subsidy_due_no
    where disbursements.bank_account != ''
    group by disbursements.bank_account
    having uniqExact(dues.application_no) = 1

),

-- A payment for which nothing is due is money that left all the same: nothing due, in the month it was sent.
paid_without_due as (

    select
        received.subsidy_due_no as subsidy_due_no,
        accounts.application_no as application_no,
        accounts.id_number as id_number,
        accounts.person_name as person_name,
        toStartOfMonth(received.last_sent_on) as subsidy_month,
        toDecimal64(0, 2) as amount_due,
        cast(null, 'Nullable(Date32)') as due_on,
        toUInt8(0) as has_due

    from received
    left join accounts on received.bank_account = accounts.bank_account and received.bank_account != ''
    where received.subsidy_due_no not in (select subsidy_due_no from dues)

),

months as (

    select
        subsidy_due_no, application_no, id_number, person_name,
        toDate(assumeNotNull(subsidy_month)) as subsidy_month, cast(assumeNotNull(amount_due), 'Decimal(18, 2)') as amount_due,
        due_on, toUInt8(1) as has_due
    from dues
    union all
    select
        subsidy_due_no, application_no, id_number, person_name,
        toDate(subsidy_month) as subsidy_month, amount_due, due_on, has_due
    from paid_without_due

),

final as (

    select
        months.subsidy_due_no as subsidy_due_no,
        months.application_no as application_no,
        applications.household_id as household_id,
        {{ person_id('months.id_number') }} as person_id,
        months.person_name as person_name,
        {{ division_columns('applications') }},
        months.subsidy_month as subsidy_month,
        months.amount_due as amount_due,
        months.due_on as due_on,
        coalesce(received.amount_paid, toDecimal64(0, 2)) as amount_paid,
        coalesce(received.amount_refunded, toDecimal64(0, 2)) as amount_refunded,
        greatest(months.amount_due - coalesce(received.amount_paid, toDecimal64(0, 2)), toDecimal64(0, 2)) as amount_open,
        received.last_paid_on as last_paid_on,
        received.pay_state as pay_state,
        received.pay_method as pay_method,
        months.has_due as has_due

    from months
    left join received on months.subsidy_due_no = received.subsidy_due_no
    left join applications on months.application_no = applications.application_no

)

select * from final
