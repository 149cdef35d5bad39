{{ config(severity='warn') }}
{#- One dwelling is let to one household at a time: a contract begins no earlier than the one before it has ended. -#}

with

contracts as (

    select * from {{ ref('contract') }} where contract_state != 'pending' and starts_on is not null

),

-- The day the dwelling is free again: the day of termination, or the day after the last day of the term.
intervals as (

    select
        dwelling_id,
        contract_no,
        starts_on,
        least(coalesce(terminated_on, addDays(ends_on, 1)), addDays(ends_on, 1)) as free_on

    from contracts

),

sequenced as (

    select
        dwelling_id,
        contract_no,
        starts_on,
        max(free_on) over (
            partition by dwelling_id order by starts_on, contract_no rows between unbounded preceding and 1 preceding
        ) as taken_until

    from intervals
    where free_on > starts_on

),

final as (

    select dwelling_id, contract_no, starts_on, taken_until from sequenced where taken_until > starts_on

)

select * from final
