{{ config(materialized='table', order_by=['part_no']) }}

with

parts as (

    select * from {{ ref('std_maintenance_fund__common_part') }} where is_current = 1

),

final as (

    select
        parts.part_no as part_no,
        parts.area_no as area_no,
        parts.building_no as building_no,
        parts.part_kind as part_kind,
        parts.part_name as part_name,
        parts.model as model,
        parts.manufactured_on as manufactured_on,
        parts.warranty_until as warranty_until,
        toUInt8(coalesce(parts.warranty_until >= {{ as_of() }}, false)) as is_in_warranty,
        parts.location as location,
        parts.benefit_scope as benefit_scope,
        parts.inspected_on as inspected_on,
        parts.maintained_on as maintained_on,
        parts.repaired_on as repaired_on

    from parts

)

select * from final
