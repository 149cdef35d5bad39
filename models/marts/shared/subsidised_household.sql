{{ config(materialized='ephemeral') }}
{#- One row per household paid rent subsidy for one of the last months: the present beneficiaries in money (M20). -#}
select
    household_id,
    max(subsidy_month) as latest_subsidy_month,
    argMax(amount_paid, (subsidy_month, subsidy_due_no)) as monthly_subsidy
from {{ ref('subsidy_payment') }}
where household_id != '' and amount_paid > 0
    and subsidy_month <= {{ as_of() }}
    and subsidy_month > addMonths({{ as_of() }}, -{{ var('current_subsidy_months') }})
group by household_id
