{{ config(materialized='table', order_by=['yield_no']) }}

with

yields as (

    select * from {{ ref('std_maintenance_fund__yield') }} where is_current = 1

),

institutions as (

    select * from {{ ref('maintenance_fund_institution') }}

),

shared as (

    select source_no, sum(amount) as amount from {{ ref('maintenance_fund_entry') }}
    where entry_kind = 'yield'
    group by source_no

),

final as (

    select
        yields.yield_no as yield_no,
        yields.bank_no as bank_no,
        institutions.institution_name as bank_name,
        yields.yield_kind as yield_kind,
        yields.principal as principal,
        yields.annual_rate as annual_rate,
        yields.starts_on as starts_on,
        yields.ends_on as ends_on,
        yields.amount as amount,
        yields.allocated_on as allocated_on,
        cast(shared.amount, 'Decimal(18, 2)') as allocated,
        toUInt8(coalesce(yields.amount = allocated, false)) as is_allocated

    from yields
    left join institutions on yields.bank_no = institutions.institution_no
    left join shared on yields.yield_no = shared.source_no

)

select * from final
