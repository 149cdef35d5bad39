{{ config(
    schema='mart_subsidy', alias='payment', materialized='table', engine='MergeTree()',
    order_by=['subsidy_month', 'district_code', 'street_code', 'subsidy_due_no']
) }}
{#-
  One row per month of rent subsidy due to a household (002:2635, M20, M22, M74). Tenant subsidy only: the subsidy for the
  building of projects is another thing (J8) and never added to it. Money paid for which nothing is due is there with nothing due.
-#}
select
    payment.subsidy_due_no as subsidy_due_no,
    payment.application_no as application_no,
    payment.household_id as household_id,
    payment.person_id as person_id,
    multiIf(payment.person_id != '', payment.person_id, payment.application_no != '', payment.application_no, payment.subsidy_due_no) as recipient_key,
    {{ division_columns('payment') }},
    application.applicant_group as applicant_group,
    payment.subsidy_month as subsidy_month,
    payment.has_due as has_due,
    payment.due_on as due_on,
    payment.amount_due as amount_due,
    payment.amount_paid as amount_paid,
    payment.amount_refunded as amount_refunded,
    least(payment.amount_paid, payment.amount_due) as amount_settled,
    payment.amount_open as amount_open,
    payment.last_paid_on as last_paid_on,
    payment.amount_paid > 0 as is_paid,
    payment.amount_paid >= payment.amount_due as is_full,
    payment.has_due = 1 and payment.amount_paid > 0
        and payment.subsidy_month > addMonths({{ as_of() }}, -{{ var('current_subsidy_months') }}) as is_current,
    ifNull(payment.due_on < {{ as_of() }}, 0) and not is_full as is_overdue
from {{ ref('subsidy_payment') }} as payment
left join {{ ref('application') }} as application on application.application_no = payment.application_no
where payment.subsidy_month <= {{ as_of() }}
