{{ config(
    schema='mart_supervision', alias='watch_energy', materialized='table', engine='MergeTree()', order_by=['object_key']
) }}
{#-
  One row per energy figure a compound reported for one of its last three closed months (GB/T 20299.3, 002:2277): use against
  its quota, and against the same item a year before.
-#}
with figures as (
    select * from {{ ref('energy_month') }}
    where energy_month < toStartOfMonth(addDays({{ as_of() }}, 1))
),

year_before as (
    select project_id, building_no, energy_item, meter_kind, addMonths(energy_month, 12) as energy_month, sum(usage) as usage
    from figures
    group by project_id, building_no, energy_item, meter_kind, energy_month
)

select
    energy.energy_no as object_key,
    '' as person_id,
    '' as household_id,
    '' as contract_no,
    project.enterprise_id as enterprise_id,
    {{ no_dwelling_columns() }},
    {{ project_columns('project') }},
    {{ division_columns('energy') }},
    energy.energy_item as energy_item,
    toDate32(energy.energy_month) as since,
    energy.usage as usage,
    energy.quota as quota,
    {{ ratio('energy.usage', 'energy.quota') }} as usage_to_quota,
    {{ ratio('energy.usage - year_before.usage', 'year_before.usage') }} as change_on_year
from figures as energy
left join {{ ref('project') }} as project on project.project_id = energy.project_id
left join year_before
    on year_before.project_id = energy.project_id and year_before.building_no = energy.building_no
    and year_before.energy_item = energy.energy_item and year_before.meter_kind = energy.meter_kind
    and year_before.energy_month = energy.energy_month
where energy.energy_month >= addMonths(toStartOfMonth(addDays({{ as_of() }}, 1)), -3)
