{{ config(materialized='ephemeral') }}
{#- One row per household paid rent subsidy for one of the last months: the present beneficiaries in money (M20). -#}
select
    payment.household_id as household_id,
    argMax(payment.amount_paid, (payment.subsidy_month, payment.subsidy_due_no)) as monthly_subsidy
from {{ ref('subsidy_payment') }} as payment
where payment.household_id != '' and payment.has_due = 1 and payment.amount_paid > 0
    and payment.subsidy_month <= {{ as_of() }}
    and payment.subsidy_month > addMonths({{ as_of() }}, -{{ var('current_subsidy_months') }})
group by payment.household_id
