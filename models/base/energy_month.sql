{{ config(materialized='table', order_by=['project_id', 'energy_no']) }}

with

energy as (

    select * from {{ ref('std_property_management__energy') }} where is_current = 1

),

projects as (

    select * from {{ ref('project') }}

),

final as (

    select
        energy.energy_no as energy_no,
        energy.project_no as project_id,
        {{ division_columns('projects') }},
        energy.building_no as building_no,
        energy.meter_kind as meter_kind,
        energy.energy_item as energy_item,
        energy.energy_month as energy_month,
        energy.usage as usage,
        energy.energy_unit as energy_unit,
        energy.quota as quota,
        energy.fee as fee,
        toUInt8(coalesce(energy.usage > energy.quota, false)) as is_over_quota

    from energy
    left join projects on energy.project_no = projects.project_id

)

select * from final
