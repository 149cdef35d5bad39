{{ config(materialized='table', order_by=['institution_no']) }}

with

institutions as (

    select * from {{ ref('std_maintenance_fund__institution') }} where is_current = 1

),

final as (

    select
        institutions.institution_no as institution_no,
        institutions.institution_name as institution_name,
        institutions.institution_kind as institution_kind,
        institutions.credit_code as credit_code,
        {{ enterprise_id('institutions.credit_code') }} as enterprise_id,
        institutions.address as address,
        institutions.registered_on as registered_on

    from institutions

)

select * from final
