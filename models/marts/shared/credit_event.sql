{{ config(materialized='ephemeral') }}
{#-
  One row per party and thing that happened to it which an indicator of credit may count (models/credit/indicators.yml): a decision by which
  people closed a case of alert as right (base.settled_case, of the operational store; its key is `case-decision`), rent paid late, repairs, answers and reports late or missing, ratings. A tenant is a
  household; a case about a dwelling is of the household whose contract ran there on the day the finding dates from, one about a reported breach of that of the contract it names.
  Every case is of the enterprise behind it as well: indicators say whose credit it costs. A supplier is its number on the ecology platform.
-#}
with lets as (
    select contract_no, household_id, dwelling_id, starts_on, ifNull(effective_end, toDate32('2299-12-31')) as let_until
    from {{ ref('contract_standing') }} as contract_standing
    where household_id != '' and starts_on is not null
),

cases as (
    select concat(case_id, '-', decision) as decision_key, rule, rule_zh, object_kind, object_key, enterprise_id, toDate32(since) as since, toDate32(decided_on) as decided_on
    from {{ ref('settled_case') }}
)

select
    concat('case:', cases.rule) as event,
    'tenant' as party_kind,
    multiIf(
        cases.object_kind = 'household', cases.object_key,
        cases.object_kind = 'contract', contract.household_id,
        cases.object_kind = 'breach_report', breach.household_id,
        dwelling_let.household_id
    ) as party_id,
    cases.decision_key as event_key,
    cases.decided_on as happened_on,
    cases.rule_zh as event_zh
from cases
left join (select contract_no, any(household_id) as household_id from lets group by contract_no) as contract on contract.contract_no = cases.object_key
left join (
    select cases.decision_key as decision_key, argMax(lets.household_id, lets.starts_on) as household_id
    from cases
    inner join lets on lets.dwelling_id = cases.object_key
    where cases.object_kind = 'dwelling' and lets.starts_on <= cases.since and lets.let_until >= cases.since
    group by cases.decision_key
) as dwelling_let on dwelling_let.decision_key = cases.decision_key
left join {{ ref('breach_report') }} as breach on breach.breach_no = cases.object_key
where cases.object_kind in ('household', 'contract', 'dwelling', 'breach_report')

union all

select
    concat('case:', cases.rule) as event,
    'supplier' as party_kind,
    if(cases.object_kind = 'supplier', cases.object_key, product.supplier_no) as party_id,
    cases.decision_key as event_key,
    cases.decided_on as happened_on,
    cases.rule_zh as event_zh
from cases
left join {{ ref('product') }} as product on product.product_no = cases.object_key
where cases.object_kind in ('supplier', 'product')

union all

select
    concat('case:', cases.rule) as event,
    'enterprise' as party_kind,
    cases.enterprise_id as party_id,
    cases.decision_key as event_key,
    cases.decided_on as happened_on,
    cases.rule_zh as event_zh
from cases
where cases.enterprise_id != ''

union all

select
    'late_bill' as event,
    'tenant' as party_kind,
    lets.household_id as party_id,
    bill.rent_due_no as event_key,
    bill.due_on as happened_on,
    concat(toString(bill.rent_month), ' 租金迟付 ', toString(bill.days_late), ' 天') as event_zh
from {{ ref('rent_standing') }} as bill
inner join (select contract_no, any(household_id) as household_id from lets group by contract_no) as lets on lets.contract_no = bill.contract_no
where bill.days_late > 0

union all

select
    'late_project' as event,
    'enterprise' as party_kind,
    project.builder_enterprise_id as party_id,
    project.project_id as event_key,
    {{ as_of() }} as happened_on,
    concat(project.project_name, ' 计划竣工 ', toString(assumeNotNull(project.planned_completion_on))) as event_zh
from {{ ref('project') }} as project
where project.planned_completion_on < {{ as_of() }} and (project.completed_on is null or project.completed_on > {{ as_of() }})

union all

select
    arrayJoin(arrayFilter(one -> one != '', [
        if(ifNull(repair.due_at < repair.finished_at, 0), 'late_repair', ''),
        if(repair.rating in ('1', '2'), 'bad_rating', ''),
        if(repair.rating = '5', 'good_rating', '')
    ])) as event,
    'enterprise' as party_kind,
    project.enterprise_id as party_id,
    repair.repair_no as event_key,
    repair.reported_on as happened_on,
    if(event = 'late_repair', '报修超时办结', concat('报修评价 ', repair.rating, ' 分')) as event_zh
from {{ ref('repair') }} as repair
inner join {{ ref('project') }} as project on project.project_id = repair.project_id
where repair.reported_on <= {{ as_of() }}

union all

select
    'late_answer' as event,
    'enterprise' as party_kind,
    project.enterprise_id as party_id,
    complaint.complaint_no as event_key,
    complaint.complained_on as happened_on,
    '投诉逾期答复' as event_zh
from {{ ref('complaint') }} as complaint
inner join {{ ref('project') }} as project on project.project_id = complaint.project_id
where complaint.complained_on <= {{ as_of() }}
    and ifNull(complaint.due_at < ifNull(complaint.answered_at, toDateTime64('2299-12-31 00:00:00', 3, 'UTC')), 0)
    and toDate32(complaint.due_at, 'Asia/Shanghai') < {{ as_of() }}
    and complaint.complaint_state not in ('rejected', 'withdrawn')

union all

-- A month of common energy the enterprise running a compound has not reported, since the day the month was over; only of compounds that report at all.
select
    'missing_report' as event,
    'enterprise' as party_kind,
    project.enterprise_id as party_id,
    concat(project.project_id, ' ', toString(missing.month)) as event_key,
    toDate32(addMonths(missing.month, 1)) as happened_on,
    concat(project.project_name, ' 未报 ', formatDateTime(missing.month, '%Y-%m'), ' 公共能耗') as event_zh
from (
    select
        reported.project_id as project_id,
        arrayJoin(arrayFilter(
            month -> month > reported.first_month and not has(reported.months, month),
            arrayMap(back -> toDate32(addMonths(toStartOfMonth(addDays({{ as_of() }}, 1)), -back)), range(1, 13))
        )) as month
    from (
        select project_id, toDate32(min(energy_month)) as first_month, groupUniqArray(toDate32(energy_month)) as months
        from {{ ref('energy_month') }}
        where energy_month is not null
        group by project_id
    ) as reported
) as missing
inner join {{ ref('project') }} as project on project.project_id = missing.project_id

union all

-- A delivery counts on the day it was agreed for, whether it came late or is still to come; ratings are the enterprises'.
select
    arrayJoin(arrayFilter(one -> one != '', [
        if(ifNull(cooperation.due_on < if(cooperation.cooperation_state = 'completed', ifNull(cooperation.completed_on, cooperation.due_on), {{ as_of() }}), 0)
            and cooperation.cooperation_state in ('confirmed', 'completed'), 'late_delivery', ''),
        if(cooperation.cooperation_state = 'broken', 'broken_cooperation', ''),
        if(cooperation.supplier_rating in ('1', '2'), 'bad_cooperation_rating', ''),
        if(cooperation.supplier_rating = '5', 'good_cooperation_rating', '')
    ])) as event,
    'supplier' as party_kind,
    cooperation.supplier_no as party_id,
    cooperation.cooperation_no as event_key,
    assumeNotNull(multiIf(
        event in ('bad_cooperation_rating', 'good_cooperation_rating'), ifNull(cooperation.rated_on, cooperation.formed_on),
        ifNull(cooperation.due_on, cooperation.formed_on)
    )) as happened_on,
    multiIf(
        event = 'late_delivery', concat('约定 ', toString(cooperation.due_on), ' 交付，逾期'),
        event = 'broken_cooperation', '合作违约',
        concat('合作评价 ', cooperation.supplier_rating, ' 分')
    ) as event_zh
from {{ ref('cooperation') }} as cooperation
where cooperation.formed_on <= {{ as_of() }}

union all

select
    'removed_product' as event,
    'supplier' as party_kind,
    product.supplier_no as party_id,
    product.product_no as event_key,
    assumeNotNull(product.delisted_on) as happened_on,
    concat(product.product_name, ' 被监管下架') as event_zh
from {{ ref('product') }} as product
where product.product_state = 'removed' and product.delisted_on is not null and product.supplier_no != ''
