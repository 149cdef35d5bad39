{{ config(
    schema='mart_supervision', alias='watch_dwelling', materialized='table', engine='MergeTree()', order_by=['object_key']
) }}
{#-
  One row per dwelling that rules of alert look at (AL06-AL12, AL60-AL64, AL72-AL74, AL110, AL111): what is known of it on
  the as-of day, as measures. No threshold stands here but those of docs/decisions/0004; rules compare, staff set them.
  NULL is "not known", and no rule fires on it. `_30` is the window of watched days (dwelling_presence: no holidays, no absences with notice).
-#}
with

-- Doors that ever told anything: of a dwelling without one, doors say nothing (docs/decisions/0004, J4).
known_doors as (
    select distinct dwelling_id from {{ ref('door_known_month') }} as door_known_month
),

-- Since when the tenant of the running contract has had contracts on this dwelling: renewals do not begin anew.
tenancies as (
    select dwelling_id, tenant_person_id, min(starts_on) as tenant_since
    from {{ ref('contract') }}
    where dwelling_id != '' and tenant_person_id != '' and starts_on <= {{ as_of() }}
    group by dwelling_id, tenant_person_id
),

-- Bills that name a contract whose record has not arrived: there is one, we only cannot read it.
unread_contracts as (
    select bill.dwelling_id as dwelling_id, uniqExact(bill.contract_no) as contracts
    from {{ ref('rent_bill') }} as bill
    where bill.dwelling_id != '' and bill.rent_month > addMonths({{ as_of() }}, -3)
        and bill.contract_no not in (select contract_no from {{ ref('contract') }})
    group by bill.dwelling_id
),

repairs as (
    select
        dwelling_id,
        countIf(reported_on > subtractDays({{ as_of() }}, 180)) as repairs_180,
        countIf(repair_kind in ('electricity', 'gas', 'elevator') and reported_on > subtractDays({{ as_of() }}, 90)
            and not is_done and repair_state != 'cancelled') as open_safety_repairs,
        countIf(not is_done and repair_state != 'cancelled') as open_repairs
    from {{ ref('repair') }}
    where reported_on <= {{ as_of() }}
    group by dwelling_id
),

complaints as (
    select
        dwelling_id,
        count() as complaints_180,
        countIf(complaint_kind = 'property_service') as service_complaints_180,
        countIf(complaint_kind = 'neighbour') as neighbour_complaints_180
    from {{ ref('complaint') }}
    where complained_on between subtractDays({{ as_of() }}, 179) and {{ as_of() }}
    group by dwelling_id
)

select
    dwelling.dwelling_id as object_key,
    contract.tenant_person_id as person_id,
    contract.household_id as household_id,
    dwelling_let.running_contract_no as contract_no,
    dwelling.enterprise_id as enterprise_id,
    {{ dwelling_columns('dwelling') }},
    dwelling.dwelling_state as dwelling_state,
    dwelling_let.in_stock as in_stock,
    dwelling_let.in_service as in_service,
    dwelling_let.is_let as is_let,
    dwelling_let.is_allocated as is_allocated,
    dwelling_let.occupant_count as occupant_count,
    if(dwelling_let.is_let, dateDiff('day', dwelling_let.running_since, {{ as_of() }}) + 1, null) as let_days,
    if(tenancies.dwelling_id = '', null, dateDiff('day', tenancies.tenant_since, {{ as_of() }}) + 1) as tenant_days,
    unread_contracts.contracts as unread_contracts,
    if(dwelling_let.last_contract_end is null, null, dateDiff('day', dwelling_let.last_contract_end, {{ as_of() }})) as days_since_last_contract,
    if(dwelling_let.is_let, dateDiff('day', {{ as_of() }}, contract.ends_on), null) as contract_days_left,
    dwelling_let.vacant_by_contract as vacant_by_contract,
    if(known_doors.dwelling_id != '', dwelling_let.in_service and presence.door_events = 0, null) as vacant_by_doors,
    if(presence.meter_readings > 0, dwelling_let.in_service and not presence.meters_moved, null) as vacant_by_meters,
    presence.silent_meter_kinds as silent_meter_kinds,
    dwelling_let.vacancy_days as vacancy_days,
    dwelling_let.vacant_since as vacant_since,
    presence.window_from as window_from,
    presence.watched_days as watched_days,
    presence.absent_days as absent_days,
    presence.is_absent as is_absent,
    -- By one tenant, and without a day between his contracts: a renewal within the window does not begin anew.
    ifNull(
        dwelling_let.is_let
        and if(tenancies.dwelling_id = '', dwelling_let.running_since, tenancies.tenant_since) <= presence.window_from
        and arrayFold(
            (reached, period) -> if(period.1 <= reached and period.2 >= reached, addDays(period.2, 1), reached),
            dwelling_let.let_periods,
            toDate32(assumeNotNull(presence.window_from))
        ) > {{ as_of() }},
        0
    ) as is_let_all_window,
    not dwelling_let.is_let and ifNull(dwelling_let.last_contract_end < presence.window_from, 1) as is_unlet_all_window,
    presence.meters_moved as meters_moved,
    presence.water_usage as water_usage_30,
    presence.electricity_usage as electricity_usage_30,
    presence.gas_usage as gas_usage_30,
    presence.door_events as door_events_30,
    presence.door_days as door_days_30,
    presence.stranger_days as stranger_days_30,
    presence.stranger_day_share as stranger_day_share_30,
    presence.stranger_share as stranger_share_30,
    if(dwelling_let.is_let, arrears.overdue_months, null) as overdue_months,
    contract.monthly_rent as monthly_rent,
    dwelling.standard_rent as standard_rent,
    {{ ratio('contract.monthly_rent', 'dwelling.standard_rent') }} as rent_to_standard,
    repairs.repairs_180 as repairs_180,
    repairs.open_repairs as open_repairs,
    repairs.open_safety_repairs as open_safety_repairs,
    complaints.complaints_180 as complaints_180,
    complaints.service_complaints_180 as service_complaints_180,
    complaints.neighbour_complaints_180 as neighbour_complaints_180
from {{ ref('dwelling') }} as dwelling
inner join {{ ref('dwelling_let') }} as dwelling_let on dwelling_let.dwelling_id = dwelling.dwelling_id
left join {{ ref('contract') }} as contract on contract.contract_no = dwelling_let.running_contract_no and contract.contract_no != ''
left join {{ ref('contract_arrears') }} as arrears on arrears.contract_no = dwelling_let.running_contract_no and arrears.contract_no != ''
left join known_doors on known_doors.dwelling_id = dwelling.dwelling_id
left join tenancies on tenancies.dwelling_id = dwelling.dwelling_id and tenancies.tenant_person_id = contract.tenant_person_id
left join unread_contracts on unread_contracts.dwelling_id = dwelling.dwelling_id
left join {{ ref('dwelling_presence') }} as presence on presence.dwelling_id = dwelling.dwelling_id
left join repairs on repairs.dwelling_id = dwelling.dwelling_id
left join complaints on complaints.dwelling_id = dwelling.dwelling_id
