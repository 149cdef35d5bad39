{{ config(materialized='table', order_by=['use_no', 'dwelling_no']) }}

with

votes as (

    select * from {{ ref('std_maintenance_fund__vote') }} where is_current = 1

),

final as (

    select
        votes.vote_no as vote_no,
        votes.use_no as use_no,
        votes.dwelling_no as dwelling_no,
        votes.owner_no as owner_no,
        votes.voted_area as voted_area,
        votes.choice as choice,
        votes.vote_way as vote_way,
        votes.voted_on as voted_on

    from votes

)

select * from final
