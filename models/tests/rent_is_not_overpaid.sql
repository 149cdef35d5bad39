{{ config(severity='warn') }}
{#- What is paid on a bill is what was due, give or take the rounding of a bank: more means a payment booked on the wrong bill. -#}

with

bills as (

    select * from {{ ref('rent_bill') }}

),

final as (

    select rent_due_no, amount_due, amount_paid from bills where amount_paid > amount_due + 1

)

select * from final
