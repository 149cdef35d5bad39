{{ config(
    schema='mart_energy', alias='public_month', materialized='table', engine='MergeTree()',
    order_by=['month', 'district_code', 'street_code', 'energy_no']
) }}
{#-
  One row per compound, item and month of what common parts use (GB/T 20299.3 draft, 004:564-568): usage against the quota
  (能耗定额) of its month, and of the quarter and year so far, which are the sums of their months.
-#}
with energy as (
    select *, assumeNotNull(energy_month) as month
    from {{ ref('energy_month') }}
    where energy_month is not null and energy_month <= {{ as_of() }}
)

select
    energy.energy_no as energy_no,
    energy.month as month,
    {{ project_columns('project') }},
    {{ division_columns('energy') }},
    energy.building_no as building_no,
    energy.meter_kind as meter_kind,
    energy.energy_item as energy_item,
    energy.energy_unit as energy_unit,
    ifNull(energy.usage, 0) as usage,
    ifNull(energy.fee, 0) as fee,
    energy.quota as quota,
    energy.quota is not null as has_quota,
    energy.is_over_quota as is_over_quota,
    ifNull(sum(energy.usage) over quarter, 0) as quarter_usage,
    ifNull(sum(energy.quota) over quarter, 0) as quarter_quota,
    ifNull(sum(energy.usage) over year, 0) as year_usage,
    ifNull(sum(energy.quota) over year, 0) as year_quota,
    has_quota and quarter_usage > quarter_quota as is_over_quarter_quota,
    has_quota and year_usage > year_quota as is_over_year_quota,
    energy.energy_item != 'total' or countIf(energy.energy_item != 'total') over same_month = 0 as is_counted
from energy
left join {{ ref('project') }} as project on project.project_id = energy.project_id
window
    quarter as (
        partition by energy.project_id, energy.building_no, energy.meter_kind, energy.energy_item, toStartOfQuarter(energy.month)
        order by energy.month, energy.energy_no rows between unbounded preceding and current row
    ),
    year as (
        partition by energy.project_id, energy.building_no, energy.meter_kind, energy.energy_item, toStartOfYear(energy.month)
        order by energy.month, energy.energy_no rows between unbounded preceding and current row
    ),
    same_month as (partition by energy.project_id, energy.building_no, energy.meter_kind, energy.month)
