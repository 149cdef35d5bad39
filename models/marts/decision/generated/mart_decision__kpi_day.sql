{{ config(
    schema='mart_decision', alias='kpi_day', materialized='incremental', engine='MergeTree()',
    incremental_strategy='delete+insert', unique_key=['as_of', 'metric'], full_refresh=false,
    order_by=['metric', 'level', 'as_of', 'district_code', 'street_code', 'community_code'], partition_by='toYear(as_of)'
) }}
{#-
  Generated from models/metrics by npm run generate; do not edit. 82 snapshot metrics, one row a metric, division and
  as-of date. Days once recorded stay: full_refresh is off, because no later run can say what a past day looked like.
-#}
select
    toDate('{{ var("as_of") }}') as as_of, measure.1 as metric,
    ['city', 'district', 'street', 'community'][depth + 1] as level,
    district_code, street_code, community_code,
    toDecimal128(measure.2 / measure.3, 4) as value, measure.2 as numerator, measure.3 as denominator
from (
    select
        district_code, street_code, community_code,
        3 - grouping(district_code) - grouping(street_code) - grouping(community_code) as depth,
        [
            ('case_closed_cnt', toDecimal128(countIf((is_closed = 1)), 4), toDecimal128(1, 4)),
            ('case_open_cnt', toDecimal128(countIf((is_closed = 0)), 4), toDecimal128(1, 4))
        ] as measures
    from {{ ref('mart_business__application') }}
    group by grouping sets ((), (`district_code`), (`district_code`, `street_code`), (`district_code`, `street_code`, `community_code`))
)
array join measures as measure
where measure.3 != 0
union all
select
    toDate('{{ var("as_of") }}') as as_of, measure.1 as metric,
    ['city', 'district', 'street', 'community'][depth + 1] as level,
    district_code, street_code, community_code,
    toDecimal128(measure.2 / measure.3, 4) as value, measure.2 as numerator, measure.3 as denominator
from (
    select
        district_code, street_code, community_code,
        3 - grouping(district_code) - grouping(street_code) - grouping(community_code) as depth,
        [
            ('complaint_open_cnt', toDecimal128(countIf((is_answered = 0 AND complaint_state NOT IN ('rejected', 'withdrawn'))), 4), toDecimal128(1, 4))
        ] as measures
    from {{ ref('mart_business__complaint') }}
    group by grouping sets ((), (`district_code`), (`district_code`, `street_code`), (`district_code`, `street_code`, `community_code`))
)
array join measures as measure
where measure.3 != 0
union all
select
    toDate('{{ var("as_of") }}') as as_of, measure.1 as metric,
    ['city', 'district', 'street', 'community'][depth + 1] as level,
    district_code, street_code, community_code,
    toDecimal128(measure.2 / measure.3, 4) as value, measure.2 as numerator, measure.3 as denominator
from (
    select
        district_code, street_code, community_code,
        3 - grouping(district_code) - grouping(street_code) - grouping(community_code) as depth,
        [
            ('repair_open_cnt', toDecimal128(countIf((is_finished = 0 AND repair_state != 'cancelled')), 4), toDecimal128(1, 4))
        ] as measures
    from {{ ref('mart_business__repair') }}
    group by grouping sets ((), (`district_code`), (`district_code`, `street_code`), (`district_code`, `street_code`, `community_code`))
)
array join measures as measure
where measure.3 != 0
union all
select
    toDate('{{ var("as_of") }}') as as_of, measure.1 as metric,
    ['city', 'district', 'street', 'community'][depth + 1] as level,
    district_code, street_code, community_code,
    toDecimal128(measure.2 / measure.3, 4) as value, measure.2 as numerator, measure.3 as denominator
from (
    select
        district_code, street_code, community_code,
        3 - grouping(district_code) - grouping(street_code) - grouping(community_code) as depth,
        [
            ('contract_total', toDecimal128(countIf((1)), 4), toDecimal128(1, 4)),
            ('contract_active_cnt', toDecimal128(countIf((is_running = 1)), 4), toDecimal128(1, 4)),
            ('contract_expiring_cnt', toDecimal128(countIf((is_expiring = 1)), 4), toDecimal128(1, 4)),
            ('avg_rent', toDecimal128(ifNull(sumIf(monthly_rent, (is_running = 1)), 0), 4), toDecimal128(countIf((is_running = 1) AND (monthly_rent) IS NOT NULL), 4)),
            ('avg_rent_per_square_metre', toDecimal128(ifNull(sumIf(monthly_rent, (is_running = 1 AND ifNull(floor_area, 0) > 0)), 0), 4), toDecimal128(ifNull(sumIf(assumeNotNull(floor_area), (is_running = 1 AND ifNull(floor_area, 0) > 0)), 0), 4)),
            ('monthly_rent_total', toDecimal128(ifNull(sumIf(monthly_rent, (is_running = 1)), 0), 4), toDecimal128(1, 4)),
            ('deposit_total', toDecimal128(ifNull(sumIf(ifNull(deposit, 0), (is_running = 1)), 0), 4), toDecimal128(1, 4)),
            ('arrears_rate', toDecimal128(ifNull(sumIf(is_in_arrears = 1, (bill_count > 0)), 0), 4), toDecimal128(ifNull(sumIf(1, (bill_count > 0)), 0), 4))
        ] as measures
    from {{ ref('mart_contract__contract') }}
    group by grouping sets ((), (`district_code`), (`district_code`, `street_code`), (`district_code`, `street_code`, `community_code`))
)
array join measures as measure
where measure.3 != 0
union all
select
    toDate('{{ var("as_of") }}') as as_of, measure.1 as metric,
    ['city', 'district', 'street', 'community'][depth + 1] as level,
    district_code, street_code, community_code,
    toDecimal128(measure.2 / measure.3, 4) as value, measure.2 as numerator, measure.3 as denominator
from (
    select
        district_code, street_code, community_code,
        3 - grouping(district_code) - grouping(street_code) - grouping(community_code) as depth,
        [
            ('arrears_amount', toDecimal128(ifNull(sumIf(overdue_amount, (is_overdue = 1)), 0), 4), toDecimal128(1, 4))
        ] as measures
    from {{ ref('mart_contract__rent_month') }}
    group by grouping sets ((), (`district_code`), (`district_code`, `street_code`), (`district_code`, `street_code`, `community_code`))
)
array join measures as measure
where measure.3 != 0
union all
select
    toDate('{{ var("as_of") }}') as as_of, measure.1 as metric,
    ['city', 'district', 'street', 'community'][depth + 1] as level,
    district_code, street_code, community_code,
    toDecimal128(measure.2 / measure.3, 4) as value, measure.2 as numerator, measure.3 as denominator
from (
    select
        district_code, street_code, community_code,
        3 - grouping(district_code) - grouping(street_code) - grouping(community_code) as depth,
        [
            ('subsidy_person_cnt', toDecimal128(uniqExactIf(recipient_key, (is_current = 1)), 4), toDecimal128(1, 4)),
            ('subsidy_overdue_cnt', toDecimal128(countIf((is_overdue = 1)), 4), toDecimal128(1, 4))
        ] as measures
    from {{ ref('mart_subsidy__payment') }}
    group by grouping sets ((), (`district_code`), (`district_code`, `street_code`), (`district_code`, `street_code`, `community_code`))
)
array join measures as measure
where measure.3 != 0
union all
select
    toDate('{{ var("as_of") }}') as as_of, measure.1 as metric,
    ['city', 'district', 'street', 'community'][depth + 1] as level,
    district_code, street_code, community_code,
    toDecimal128(measure.2 / measure.3, 4) as value, measure.2 as numerator, measure.3 as denominator
from (
    select
        district_code, street_code, community_code,
        3 - grouping(district_code) - grouping(street_code) - grouping(community_code) as depth,
        [
            ('arrears_household_cnt', toDecimal128(uniqExactIf(debtor_key, (1)), 4), toDecimal128(1, 4)),
            ('arrears_contract_cnt', toDecimal128(countIf((1)), 4), toDecimal128(1, 4)),
            ('avg_arrears_days', toDecimal128(ifNull(sumIf(days_overdue, (1)), 0), 4), toDecimal128(countIf((1) AND (days_overdue) IS NOT NULL), 4))
        ] as measures
    from {{ ref('mart_supervision__arrears') }}
    group by grouping sets ((), (`district_code`), (`district_code`, `street_code`), (`district_code`, `street_code`, `community_code`))
)
array join measures as measure
where measure.3 != 0
union all
select
    toDate('{{ var("as_of") }}') as as_of, measure.1 as metric,
    ['city', 'district', 'street', 'community'][depth + 1] as level,
    district_code, street_code, community_code,
    toDecimal128(measure.2 / measure.3, 4) as value, measure.2 as numerator, measure.3 as denominator
from (
    select
        district_code, street_code, community_code,
        3 - grouping(district_code) - grouping(street_code) - grouping(community_code) as depth,
        [
            ('second_home_cnt', toDecimal128(uniqExactIf(household_id, (1)), 4), toDecimal128(1, 4))
        ] as measures
    from {{ ref('mart_supervision__second_home') }}
    group by grouping sets ((), (`district_code`), (`district_code`, `street_code`), (`district_code`, `street_code`, `community_code`))
)
array join measures as measure
where measure.3 != 0
union all
select
    toDate('{{ var("as_of") }}') as as_of, measure.1 as metric,
    ['city', 'district', 'street', 'community'][depth + 1] as level,
    district_code, street_code, community_code,
    toDecimal128(measure.2 / measure.3, 4) as value, measure.2 as numerator, measure.3 as denominator
from (
    select
        district_code, street_code, community_code,
        3 - grouping(district_code) - grouping(street_code) - grouping(community_code) as depth,
        [
            ('violation_cnt', toDecimal128(countIf((1)), 4), toDecimal128(1, 4)),
            ('violation_high_cnt', toDecimal128(countIf((level = 'high')), 4), toDecimal128(1, 4)),
            ('dwelling_alert_cnt', toDecimal128(countIf((object_kind = 'dwelling')), 4), toDecimal128(1, 4)),
            ('contract_alert_cnt', toDecimal128(countIf((object_kind = 'contract')), 4), toDecimal128(1, 4)),
            ('household_alert_cnt', toDecimal128(countIf((object_kind = 'household')), 4), toDecimal128(1, 4)),
            ('vacant_while_let_cnt', toDecimal128(countIf((rule = 'vacant_while_let')), 4), toDecimal128(1, 4)),
            ('let_without_contract_cnt', toDecimal128(countIf((rule = 'let_without_contract')), 4), toDecimal128(1, 4))
        ] as measures
    from {{ ref('mart_supervision__violation') }}
    group by grouping sets ((), (`district_code`), (`district_code`, `street_code`), (`district_code`, `street_code`, `community_code`))
)
array join measures as measure
where measure.3 != 0
union all
select
    toDate('{{ var("as_of") }}') as as_of, measure.1 as metric,
    ['city', 'district', 'street', 'community'][depth + 1] as level,
    district_code, street_code, community_code,
    toDecimal128(measure.2 / measure.3, 4) as value, measure.2 as numerator, measure.3 as denominator
from (
    select
        district_code, street_code, community_code,
        3 - grouping(district_code) - grouping(street_code) - grouping(community_code) as depth,
        [
            ('dwelling_total', toDecimal128(countIf((in_stock = 1)), 4), toDecimal128(1, 4)),
            ('prh_unit_cnt', toDecimal128(countIf((in_stock = 1 AND project_kind = 'prh')), 4), toDecimal128(1, 4)),
            ('arh_unit_cnt', toDecimal128(countIf((in_stock = 1 AND project_kind = 'arh')), 4), toDecimal128(1, 4)),
            ('prh_directed_unit_cnt', toDecimal128(countIf((in_stock = 1 AND project_kind = 'prh' AND allocation_kind = 'directed')), 4), toDecimal128(1, 4)),
            ('in_service_dwelling_cnt', toDecimal128(countIf((in_service = 1)), 4), toDecimal128(1, 4)),
            ('prh_delivered_cnt', toDecimal128(countIf((in_service = 1 AND project_kind = 'prh')), 4), toDecimal128(1, 4)),
            ('arh_units_in_use_cnt', toDecimal128(countIf((in_service = 1 AND project_kind = 'arh')), 4), toDecimal128(1, 4)),
            ('allocated_dwelling_cnt', toDecimal128(countIf((in_stock = 1 AND is_allocated = 1)), 4), toDecimal128(1, 4)),
            ('prh_allocated_cnt', toDecimal128(countIf((in_stock = 1 AND is_allocated = 1 AND project_kind = 'prh')), 4), toDecimal128(1, 4)),
            ('prh_unallocated_cnt', toDecimal128(countIf((in_stock = 1 AND is_allocated = 0 AND project_kind = 'prh')), 4), toDecimal128(1, 4)),
            ('arh_allocated_cnt', toDecimal128(countIf((in_stock = 1 AND is_allocated = 1 AND project_kind = 'arh')), 4), toDecimal128(1, 4)),
            ('let_dwelling_cnt', toDecimal128(countIf((in_stock = 1 AND is_let = 1)), 4), toDecimal128(1, 4)),
            ('occupied_dwelling_cnt', toDecimal128(countIf((in_stock = 1 AND is_occupied = 1)), 4), toDecimal128(1, 4)),
            ('prh_occupied_cnt', toDecimal128(countIf((in_stock = 1 AND is_occupied = 1 AND project_kind = 'prh')), 4), toDecimal128(1, 4)),
            ('arh_occupied_cnt', toDecimal128(countIf((in_stock = 1 AND is_occupied = 1 AND project_kind = 'arh')), 4), toDecimal128(1, 4)),
            ('available_dwelling_cnt', toDecimal128(countIf((in_service = 1 AND is_allocated = 0)), 4), toDecimal128(1, 4)),
            ('vacant_by_contract_cnt', toDecimal128(countIf((vacant_by_contract = 1)), 4), toDecimal128(1, 4)),
            ('vacant_by_doors_cnt', toDecimal128(countIf((vacant_by_doors = 1)), 4), toDecimal128(1, 4)),
            ('vacant_by_meters_cnt', toDecimal128(countIf((vacant_by_meters = 1)), 4), toDecimal128(1, 4)),
            ('long_vacant_cnt', toDecimal128(countIf((vacancy_class = 'long')), 4), toDecimal128(1, 4)),
            ('short_vacant_cnt', toDecimal128(countIf((vacancy_class = 'short')), 4), toDecimal128(1, 4)),
            ('prh_vacant_cnt', toDecimal128(countIf((vacant_by_contract = 1 AND project_kind = 'prh')), 4), toDecimal128(1, 4)),
            ('arh_vacant_cnt', toDecimal128(countIf((vacant_by_contract = 1 AND project_kind = 'arh')), 4), toDecimal128(1, 4)),
            ('vacancy_rate', toDecimal128(ifNull(sumIf(vacant_by_contract = 1, (in_service = 1)), 0), 4), toDecimal128(ifNull(sumIf(1, (in_service = 1)), 0), 4)),
            ('prh_vacancy_rate', toDecimal128(ifNull(sumIf(vacant_by_contract = 1, (in_service = 1 AND project_kind = 'prh')), 0), 4), toDecimal128(ifNull(sumIf(1, (in_service = 1 AND project_kind = 'prh')), 0), 4)),
            ('arh_vacancy_rate', toDecimal128(ifNull(sumIf(vacant_by_contract = 1, (in_service = 1 AND project_kind = 'arh')), 0), 4), toDecimal128(ifNull(sumIf(1, (in_service = 1 AND project_kind = 'arh')), 0), 4)),
            ('rental_rate', toDecimal128(ifNull(sumIf(is_let = 1, (in_service = 1)), 0), 4), toDecimal128(ifNull(sumIf(1, (in_service = 1)), 0), 4)),
            ('occupancy_rate', toDecimal128(ifNull(sumIf(is_occupied = 1, (in_service = 1)), 0), 4), toDecimal128(ifNull(sumIf(1, (in_service = 1)), 0), 4)),
            ('lease_occupancy_rate', toDecimal128(ifNull(sumIf(is_occupied = 1, (in_service = 1 AND is_let = 1)), 0), 4), toDecimal128(ifNull(sumIf(1, (in_service = 1 AND is_let = 1)), 0), 4)),
            ('allocation_rate', toDecimal128(ifNull(sumIf(is_allocated = 1, (in_stock = 1)), 0), 4), toDecimal128(ifNull(sumIf(1, (in_stock = 1)), 0), 4)),
            ('avg_vacancy_days', toDecimal128(ifNull(sumIf(vacancy_days, (vacant_by_contract = 1)), 0), 4), toDecimal128(countIf((vacant_by_contract = 1) AND (vacancy_days) IS NOT NULL), 4)),
            ('leased_area', toDecimal128(ifNull(sumIf(ifNull(floor_area, 0), (in_stock = 1 AND is_let = 1)), 0), 4), toDecimal128(1, 4)),
            ('vacant_area', toDecimal128(ifNull(sumIf(ifNull(floor_area, 0), (vacant_by_contract = 1)), 0), 4), toDecimal128(1, 4)),
            ('avg_floor_area', toDecimal128(ifNull(sumIf(assumeNotNull(floor_area), (in_stock = 1 AND floor_area IS NOT NULL)), 0), 4), toDecimal128(countIf((in_stock = 1 AND floor_area IS NOT NULL) AND (assumeNotNull(floor_area)) IS NOT NULL), 4))
        ] as measures
    from {{ ref('mart_supply__dwelling') }}
    group by grouping sets ((), (`district_code`), (`district_code`, `street_code`), (`district_code`, `street_code`, `community_code`))
)
array join measures as measure
where measure.3 != 0
union all
select
    toDate('{{ var("as_of") }}') as as_of, measure.1 as metric,
    ['city', 'district', 'street', 'community'][depth + 1] as level,
    district_code, street_code, community_code,
    toDecimal128(measure.2 / measure.3, 4) as value, measure.2 as numerator, measure.3 as denominator
from (
    select
        district_code, street_code, community_code,
        3 - grouping(district_code) - grouping(street_code) - grouping(community_code) as depth,
        [
            ('project_total', toDecimal128(countIf((1)), 4), toDecimal128(1, 4)),
            ('prh_project_cnt', toDecimal128(countIf((project_kind = 'prh')), 4), toDecimal128(1, 4)),
            ('arh_project_cnt', toDecimal128(countIf((project_kind = 'arh')), 4), toDecimal128(1, 4)),
            ('project_building_cnt', toDecimal128(countIf((project_state = 'building')), 4), toDecimal128(1, 4)),
            ('project_late_cnt', toDecimal128(countIf((is_late = 1)), 4), toDecimal128(1, 4)),
            ('planned_dwelling_cnt', toDecimal128(ifNull(sumIf(ifNull(planned_dwellings, 0), (1)), 0), 4), toDecimal128(1, 4)),
            ('arh_started_unit_cnt', toDecimal128(ifNull(sumIf(ifNull(planned_dwellings, 0), (project_kind = 'arh' AND is_started = 1)), 0), 4), toDecimal128(1, 4)),
            ('arh_completed_unit_cnt', toDecimal128(ifNull(sumIf(ifNull(planned_dwellings, 0), (project_kind = 'arh' AND is_completed = 1)), 0), 4), toDecimal128(1, 4)),
            ('arh_floor_area', toDecimal128(ifNull(sumIf(ifNull(floor_area, 0), (project_kind = 'arh')), 0), 4), toDecimal128(1, 4)),
            ('planned_investment', toDecimal128(ifNull(sumIf(ifNull(planned_investment, 0), (1)), 0), 4), toDecimal128(1, 4)),
            ('actual_investment', toDecimal128(ifNull(sumIf(ifNull(actual_investment, 0), (1)), 0), 4), toDecimal128(1, 4)),
            ('investment_completion_rate', toDecimal128(ifNull(sumIf(assumeNotNull(actual_investment), (planned_investment IS NOT NULL AND actual_investment IS NOT NULL)), 0), 4), toDecimal128(ifNull(sumIf(assumeNotNull(planned_investment), (planned_investment IS NOT NULL AND actual_investment IS NOT NULL)), 0), 4))
        ] as measures
    from {{ ref('mart_supply__project') }}
    group by grouping sets ((), (`district_code`), (`district_code`, `street_code`), (`district_code`, `street_code`, `community_code`))
)
array join measures as measure
where measure.3 != 0
union all
select
    toDate('{{ var("as_of") }}') as as_of, measure.1 as metric,
    ['city', 'district', 'street', 'community'][depth + 1] as level,
    district_code, street_code, community_code,
    toDecimal128(measure.2 / measure.3, 4) as value, measure.2 as numerator, measure.3 as denominator
from (
    select
        district_code, street_code, community_code,
        3 - grouping(district_code) - grouping(street_code) - grouping(community_code) as depth,
        [
            ('guaranteed_household_cnt', toDecimal128(countIf((1)), 4), toDecimal128(1, 4)),
            ('guaranteed_person_cnt', toDecimal128(ifNull(sumIf(persons, (1)), 0), 4), toDecimal128(1, 4)),
            ('in_kind_household_cnt', toDecimal128(countIf((form IN ('in_kind', 'both'))), 4), toDecimal128(1, 4)),
            ('in_kind_person_cnt', toDecimal128(ifNull(sumIf(persons, (form IN ('in_kind', 'both'))), 0), 4), toDecimal128(1, 4)),
            ('subsidy_household_cnt', toDecimal128(countIf((form IN ('subsidy', 'both'))), 4), toDecimal128(1, 4)),
            ('double_benefit_household_cnt', toDecimal128(countIf((form = 'both')), 4), toDecimal128(1, 4))
        ] as measures
    from {{ ref('mart_tenant__household') }}
    group by grouping sets ((), (`district_code`), (`district_code`, `street_code`), (`district_code`, `street_code`, `community_code`))
)
array join measures as measure
where measure.3 != 0
union all
select
    toDate('{{ var("as_of") }}') as as_of, measure.1 as metric,
    ['city', 'district', 'street', 'community'][depth + 1] as level,
    district_code, street_code, community_code,
    toDecimal128(measure.2 / measure.3, 4) as value, measure.2 as numerator, measure.3 as denominator
from (
    select
        district_code, street_code, community_code,
        3 - grouping(district_code) - grouping(street_code) - grouping(community_code) as depth,
        [
            ('tenant_cnt', toDecimal128(uniqExactIf(tenant_key, (is_current = 1)), 4), toDecimal128(1, 4)),
            ('tenant_ever_cnt', toDecimal128(uniqExactIf(tenant_key, (1)), 4), toDecimal128(1, 4)),
            ('tenant_elderly_cnt', toDecimal128(uniqExactIf(tenant_key, (is_current = 1 AND age_class = '60_over')), 4), toDecimal128(1, 4)),
            ('avg_months_lived', toDecimal128(ifNull(sumIf(months_lived, (is_current = 1)), 0), 4), toDecimal128(countIf((is_current = 1) AND (months_lived) IS NOT NULL), 4))
        ] as measures
    from {{ ref('mart_tenant__tenant') }}
    group by grouping sets ((), (`district_code`), (`district_code`, `street_code`), (`district_code`, `street_code`, `community_code`))
)
array join measures as measure
where measure.3 != 0
