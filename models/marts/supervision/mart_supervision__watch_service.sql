{{ config(
    schema='mart_supervision', alias='watch_service', materialized='table', engine='MergeTree()', order_by=['object_kind', 'object_key']
) }}
{#- One row per matter somebody waits for: a complaint, a repair, an application, a month's subsidy (AL24, AL64, AL88, AL94, 002:2663): how long it is overdue. -#}
with unread_payments as (
    {{ named_in_quarantine('operations.subsidy_paid') }}
),

subsidies as (
    select *, ifNull(due_on <= {{ as_of() }}, 0) and amount_paid < amount_due as is_short
    from {{ ref('subsidy_payment') }}
    where subsidy_month > addMonths({{ as_of() }}, -24)
),

accounts as (
    select distinct subsidies.household_id as household_id, paid.bank_account as bank_account
    from {{ ref('std_operations__subsidy_paid') }} as paid
    inner join subsidies on subsidies.subsidy_due_no = paid.subsidy_due_no
    where paid.bank_account != '' and subsidies.household_id != ''
),

-- A payment in quarantine that lost the number of what it pays still names the account: it stands for the last month of its
-- time that the household has not been paid.
paid_unread as (
    select argMax(subsidies.subsidy_due_no, subsidies.subsidy_month) as subsidy_due_no
    from unread_payments
    inner join accounts on accounts.bank_account = unread_payments.named
    inner join subsidies on subsidies.household_id = accounts.household_id
    where subsidies.is_short and {{ tells_of_month('unread_payments.row_text', 'subsidies.subsidy_month') }}
        and unread_payments.row_text not in (
            select row_text from unread_payments where named in (select subsidy_due_no from {{ ref('std_operations__subsidy_due') }})
        )
    group by subsidies.household_id, unread_payments.row_text
)

select
    'complaint' as object_kind,
    complaint.complaint_no as object_key,
    '' as person_id,
    '' as household_id,
    '' as contract_no,
    project.enterprise_id as enterprise_id,
    dwelling.dwelling_id as dwelling_id,
    dwelling.house_code as house_code,
    dwelling.building_no as building_no,
    dwelling.unit_no as unit_no,
    dwelling.room_no as room_no,
    {{ project_columns('project') }},
    {{ division_columns('complaint') }},
    complaint.complaint_kind as kind,
    complaint.complaint_state as state,
    -- Settled is answered, though the day of the answer could not be read.
    complaint.answered_at is null and complaint.complaint_state not in ('rejected', 'withdrawn', 'resolved', 'closed') as is_open,
    complaint.complained_on as since,
    toDate32(complaint.due_at, 'Asia/Shanghai') as due_on,
    if(is_open, dateDiff('day', due_on, {{ as_of() }}), null) as days_overdue,
    dateDiff('day', complaint.complained_on, {{ as_of() }}) as days_waiting,
    toDecimal64(0, 2) as amount
from {{ ref('complaint') }} as complaint
left join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = complaint.dwelling_id and complaint.dwelling_id != ''
left join {{ ref('project') }} as project
    on project.project_id = if(dwelling.dwelling_id != '', dwelling.project_id, complaint.project_id)
where complaint.complained_on <= {{ as_of() }}

union all

select
    'repair' as object_kind,
    repair.repair_no as object_key,
    '' as person_id,
    '' as household_id,
    repair.contract_no as contract_no,
    project.enterprise_id as enterprise_id,
    dwelling.dwelling_id as dwelling_id,
    dwelling.house_code as house_code,
    dwelling.building_no as building_no,
    dwelling.unit_no as unit_no,
    dwelling.room_no as room_no,
    {{ project_columns('project') }},
    {{ division_columns('repair') }},
    repair.repair_kind as kind,
    repair.repair_state as state,
    not repair.is_done and repair.repair_state != 'cancelled' as is_open,
    repair.reported_on as since,
    toDate32(repair.due_at, 'Asia/Shanghai') as due_on,
    if(is_open, dateDiff('day', due_on, {{ as_of() }}), null) as days_overdue,
    dateDiff('day', repair.reported_on, {{ as_of() }}) as days_waiting,
    toDecimal64(0, 2) as amount
from {{ ref('repair') }} as repair
left join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = repair.dwelling_id and repair.dwelling_id != ''
left join {{ ref('project') }} as project
    on project.project_id = if(dwelling.dwelling_id != '', dwelling.project_id, repair.project_id)
where repair.reported_on <= {{ as_of() }}

union all

select
    'application' as object_kind,
    application.application_no as object_key,
    application.applicant_person_id as person_id,
    application.household_id as household_id,
    '' as contract_no,
    '' as enterprise_id,
    {{ no_dwelling_columns() }},
    '' as project_id,
    '' as project_name,
    '' as project_kind,
    application.allocation_kind as allocation_kind,
    {{ division_columns('application') }},
    application.applicant_group as kind,
    application.application_state as state,
    application.application_state in ('pending', 'reviewing') as is_open,
    application.applied_on as since,
    null as due_on,
    null as days_overdue,
    dateDiff('day', application.applied_on, {{ as_of() }}) as days_waiting,
    toDecimal64(0, 2) as amount
from {{ ref('application') }} as application
where application.applied_on <= {{ as_of() }}

union all

select
    'subsidy' as object_kind,
    subsidy.subsidy_due_no as object_key,
    subsidy.person_id as person_id,
    subsidy.household_id as household_id,
    '' as contract_no,
    '' as enterprise_id,
    {{ no_dwelling_columns() }},
    '' as project_id,
    '' as project_name,
    '' as project_kind,
    '' as allocation_kind,
    {{ division_columns('subsidy') }},
    -- Of a payment into an account of one household alone, watch_household speaks.
    if(subsidy.has_due = 1 or subsidy.household_id != '', '', 'unknown_recipient') as kind,
    subsidy.pay_state as state,
    -- Of what a payment in quarantine names: it was paid, we only cannot read how much.
    subsidy.amount_paid < subsidy.amount_due and subsidy.subsidy_due_no not in (select named from unread_payments)
        and subsidy.subsidy_due_no not in (select subsidy_due_no from paid_unread) as is_open,
    ifNull(subsidy.due_on, subsidy.last_paid_on) as since,
    subsidy.due_on as due_on,
    if(is_open, dateDiff('day', subsidy.due_on, {{ as_of() }}), null) as days_overdue,
    dateDiff('day', subsidy.due_on, {{ as_of() }}) as days_waiting,
    if(subsidy.has_due = 1, subsidy.amount_due - subsidy.amount_paid, subsidy.amount_paid) as amount
from subsidies as subsidy
where subsidy.due_on <= {{ as_of() }}
    or subsidy.has_due = 0 and subsidy.amount_paid > 0 and subsidy.last_paid_on <= {{ as_of() }}
        and subsidy.subsidy_due_no not in (select named from ({{ named_in_quarantine('operations.subsidy_due') }}))
