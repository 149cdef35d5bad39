{{ config(
    schema='mart_statistics', alias='month', materialized='table', engine='MergeTree()',
    order_by=['stat_on', 'district_code', 'street_code', 'community_code']
) }}
{#- 统计和分析专题信息库 (002:9941-9957): one row per community with assisted dwellings and month end; money in yuan, a contract's last day is a day of it (J3). -#}
with periods as (
    select least(toDate32(toLastDayOfMonth(addMonths({{ as_of() }}, -number))), toDate32({{ as_of() }})) as stat_on
    from numbers(36)
),

leases as (
    select
        contract.contract_no as contract_no,
        if(contract.tenant_person_id != '', contract.tenant_person_id, contract.contract_no) as tenant_key,
        contract.starts_on as starts_on,
        least(contract.effective_end, contract.ends_on) as last_day,
        contract.monthly_rent as monthly_rent,
        contract.deposit as deposit,
        dateDiff('month', contract.starts_on, addDays(contract.ends_on, 1)) as term_months,
        person.birth_date as birth_date,
        dwelling.dwelling_id as dwelling_id,
        dwelling.layout_code as layout_code,
        dwelling.enterprise_id as enterprise_id,
        dwelling.community_code as community_code
    from {{ ref('contract_standing') }} as contract
    inner join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = contract.dwelling_id
    left join {{ ref('person') }} as person on person.person_id = contract.tenant_person_id and person.person_id != ''
    where contract.standing in ('running', 'terminated', 'expired')
        and not (contract.contract_state = 'terminated' and contract.terminated_on is null)
),

counted as (
    select
        periods.stat_on as stat_on,
        lease.community_code as community_code,
        count() as contracts,
        uniqExact(lease.tenant_key) as tenants,
        uniqExact(lease.dwelling_id) as let_dwellings,
        uniqExactIf(lease.enterprise_id, lease.enterprise_id != '') as landlords,
        sum(lease.monthly_rent) as rent_total,
        count(lease.monthly_rent) as rents,
        sum(lease.deposit) as deposit_total,
        sumMap([lease.layout_code], [toUInt32(1)]) as layouts,
        sumMap([multiIf(
            lease.birth_date is null, 'unknown',
            age('year', lease.birth_date, periods.stat_on) < 25, 'under_25',
            age('year', lease.birth_date, periods.stat_on) < 35, '25_34',
            age('year', lease.birth_date, periods.stat_on) < 45, '35_44',
            age('year', lease.birth_date, periods.stat_on) < 60, '45_59',
            '60_over'
        )], [toUInt32(1)]) as ages,
        sumMap([multiIf(
            lease.monthly_rent is null, 'unknown', lease.monthly_rent < 500, 'under_500', lease.monthly_rent < 1000, '500_999',
            lease.monthly_rent < 2000, '1000_1999', '2000_over'
        )], [toUInt32(1)]) as rent_classes,
        sumMap([multiIf(lease.term_months <= 12, 'short', lease.term_months <= 36, 'medium', 'long')], [toUInt32(1)]) as terms
    from periods
    cross join leases as lease
    where lease.starts_on <= periods.stat_on and lease.last_day >= periods.stat_on
    group by stat_on, community_code
),

stock as (
    select
        periods.stat_on as stat_on,
        dwelling.community_code as community_code,
        any(dwelling.district_code) as district_code,
        any(dwelling.district_name) as district_name,
        any(dwelling.street_code) as street_code,
        any(dwelling.street_name) as street_name,
        any(dwelling.community_name) as community_name,
        countIf(ifNull(dwelling.delivered_on <= periods.stat_on, 0) and dwelling.dwelling_state not in ('repair', 'off')) as in_service_dwellings
    from periods
    cross join {{ ref('dwelling') }} as dwelling
    group by stat_on, community_code
)

select
    stock.stat_on as stat_on,
    {{ division_columns('stock') }},
    stock.in_service_dwellings as in_service_dwellings,
    counted.contracts as contracts,
    counted.let_dwellings as let_dwellings,
    counted.tenants as tenants,
    counted.landlords as landlords,
    ifNull(counted.rent_total, 0) as rent_total,
    {{ ratio('counted.rent_total', 'counted.rents') }} as avg_rent,
    ifNull(counted.deposit_total, 0) as deposit_total,
    arrayZip(counted.layouts.1, counted.layouts.2) as layout_distribution,
    arrayZip(counted.ages.1, counted.ages.2) as age_distribution,
    arrayZip(counted.rent_classes.1, counted.rent_classes.2) as rent_distribution,
    arrayZip(counted.terms.1, counted.terms.2) as term_distribution,
    lagInFrame(toNullable(counted.contracts), 1) over community as contracts_month_before,
    lagInFrame(toNullable(counted.contracts), 3) over community as contracts_quarter_before,
    lagInFrame(toNullable(counted.contracts), 12) over community as contracts_year_before,
    toMonth(stock.stat_on) in (3, 6, 9, 12) and stock.stat_on = toLastDayOfMonth(stock.stat_on) as is_quarter_end,
    toMonth(stock.stat_on) = 12 and stock.stat_on = toLastDayOfMonth(stock.stat_on) as is_year_end,
    {{ as_of() }} as as_of
from stock
left join counted on counted.stat_on = stock.stat_on and counted.community_code = stock.community_code
window community as (
    partition by stock.community_code order by stock.stat_on rows between unbounded preceding and unbounded following
)
