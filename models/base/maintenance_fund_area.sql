{{ config(materialized='table', order_by=['area_no']) }}

with

areas as (

    select * from {{ ref('std_maintenance_fund__area') }} where is_current = 1

),

institutions as (

    select * from {{ ref('maintenance_fund_institution') }}

),

divisions as (

    select * from {{ ref('division') }}

),

final as (

    select
        areas.area_no as area_no,
        areas.area_name as area_name,
        {{ division_columns('divisions') }},
        areas.address as address,
        areas.floor_area as floor_area,
        areas.dwellings as dwellings,
        areas.fund_stage as fund_stage,
        developers.enterprise_id as developer_enterprise_id,
        developers.institution_name as developer_name,
        companies.enterprise_id as property_enterprise_id,
        companies.institution_name as property_company_name,
        areas.bank_no as bank_no,
        banks.institution_name as bank_name,
        areas.hosted_account as hosted_account,
        areas.project_no as project_id,
        areas.delivered_on as delivered_on

    from areas
    left join institutions as developers on areas.developer_no = developers.institution_no
    left join institutions as companies on areas.property_company_no = companies.institution_no
    left join institutions as banks on areas.bank_no = banks.institution_no
    left join divisions on areas.division_code = divisions.division_code

)

select * from final
