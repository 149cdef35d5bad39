{{ config(
    schema='mart_property', alias='facility', materialized='table', engine='MergeTree()',
    order_by=['district_code', 'street_code', 'facility_no']
) }}
{#- One row per piece of equipment (004:434-441, 004:417-430): its state, whether inspection and maintenance are overdue, and what maintaining it cost, in yuan. -#}
with maintained as (
    select facility_no, count() as maintenances, ifNull(sum(cost), 0) as maintenance_cost
    from {{ ref('facility_maintenance') }}
    where done_on between subtractDays({{ as_of() }}, 364) and {{ as_of() }}
    group by facility_no
)

select
    facility.facility_no as facility_no,
    facility.facility_kind as facility_kind,
    facility.facility_name as facility_name,
    {{ project_columns('project') }},
    {{ division_columns('facility') }},
    facility.building_no as building_no,
    facility.location as location,
    facility.facility_state as facility_state,
    facility.installed_on as installed_on,
    facility.warranty_until as warranty_until,
    facility.facility_state != 'scrapped' as in_use,
    facility.last_inspected_on as last_inspected_on,
    facility.last_maintained_on as last_maintained_on,
    facility.is_inspection_overdue as is_inspection_overdue,
    facility.is_maintenance_overdue as is_maintenance_overdue,
    maintained.maintenances as maintenances,
    toDecimal64(maintained.maintenance_cost, 2) as maintenance_cost
from {{ ref('facility') }} as facility
left join {{ ref('project') }} as project on project.project_id = facility.project_id
left join maintained on maintained.facility_no = facility.facility_no
