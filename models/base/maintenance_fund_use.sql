{{ config(materialized='table', order_by=['use_no']) }}

with

uses as (

    select * from {{ ref('std_maintenance_fund__use_project') }} where is_current = 1

),

areas as (

    select * from {{ ref('maintenance_fund_area') }}

),

-- One dwelling is one head, and so are all dwellings of one owner (法释〔2009〕7号, art. 9).
voters as (

    select
        owners.dwelling_no as dwelling_no,
        argMin(owners.voter_key, owners.owner_no) as voter_key

    from {{ ref('maintenance_fund_owner') }} as owners
    group by owners.dwelling_no

),

-- Who is entitled: the dwellings of the building, or of the whole area where no building is named.
entitled as (

    select
        uses.use_no as use_no,
        dwellings.dwelling_no as dwelling_no,
        dwellings.floor_area as floor_area,
        if(voters.voter_key != '', voters.voter_key, dwellings.dwelling_no) as voter_key

    from uses
    inner join {{ ref('maintenance_fund_dwelling') }} as dwellings on uses.area_no = dwellings.area_no
    left join voters on dwellings.dwelling_no = voters.dwelling_no
    where
        uses.building_no in ('', dwellings.building_no)
        and coalesce(dwellings.lost_on > uses.applied_on, true)

),

counted as (

    select
        entitled.use_no as use_no,
        toUInt32(count()) as dwellings_entitled,
        sum(entitled.floor_area) as area_entitled,
        toUInt32(uniqExact(entitled.voter_key)) as heads_entitled,
        sumIf(entitled.floor_area, ballots.choice != '') as area_voted,
        toUInt32(uniqExactIf(entitled.voter_key, ballots.choice != '')) as heads_voted,
        sumIf(entitled.floor_area, ballots.choice = 'agree') as area_agreed,
        toUInt32(uniqExactIf(entitled.voter_key, ballots.choice = 'agree')) as heads_agreed

    from entitled
    left join (
        select use_no, dwelling_no, argMax(choice, (voted_on, vote_no)) as choice from {{ ref('maintenance_fund_ballot') }}
        group by use_no, dwelling_no
    ) as ballots on entitled.use_no = ballots.use_no and entitled.dwelling_no = ballots.dwelling_no
    group by entitled.use_no

),

paid as (

    select use_no, toUInt32(count()) as payments, sum(amount) as amount, max(paid_on) as last_paid_on
    from (select * from {{ ref('std_maintenance_fund__payment') }} where is_current = 1)
    group by use_no

),

final as (

    select
        uses.use_no as use_no,
        uses.project_name as project_name,
        uses.area_no as area_no,
        {{ division_columns('areas') }},
        uses.building_no as building_no,
        uses.part_no as part_no,
        uses.use_kind as use_kind,
        uses.contractor_name as contractor_name,
        {{ enterprise_id('uses.contractor_credit_code') }} as contractor_enterprise_id,
        uses.budget as budget,
        uses.audited_amount as audited_amount,
        uses.voted_amount as voted_amount,
        uses.applied_on as applied_on,
        uses.voted_on as voted_on,
        uses.accepted_on as accepted_on,
        uses.closed_on as closed_on,
        uses.use_state as use_state,
        counted.dwellings_entitled as dwellings_entitled,
        cast(coalesce(counted.area_entitled, 0), 'Decimal(18, 2)') as area_entitled,
        counted.heads_entitled as heads_entitled,
        cast(coalesce(counted.area_voted, 0), 'Decimal(18, 2)') as area_voted,
        counted.heads_voted as heads_voted,
        cast(coalesce(counted.area_agreed, 0), 'Decimal(18, 2)') as area_agreed,
        counted.heads_agreed as heads_agreed,
        toUInt8(uses.use_kind != 'emergency') as needs_vote,
        toUInt8(counted.dwellings_entitled > 0 and area_voted * 3 >= area_entitled * 2 and heads_voted * 3 >= heads_entitled * 2) as is_quorate,
        toUInt8(is_quorate = 1 and area_agreed * 2 > area_voted and heads_agreed * 2 > heads_voted) as is_passed,
        toUInt8(needs_vote = 1 and coalesce(uses.voted_on <= {{ as_of() }}, false) and is_passed = 0) as is_vote_short,
        paid.payments as payments,
        cast(coalesce(paid.amount, 0), 'Decimal(18, 2)') as amount_paid,
        paid.last_paid_on as last_paid_on,
        toUInt8(coalesce(amount_paid > uses.voted_amount, false)) as is_overpaid

    from uses
    left join areas on uses.area_no = areas.area_no
    left join counted on uses.use_no = counted.use_no
    left join paid on uses.use_no = paid.use_no

)

select * from final
