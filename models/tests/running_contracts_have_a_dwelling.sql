{{ config(severity='warn') }}
{#- A contract in force names a dwelling the scheme knows. -#}

with

contracts as (

    select * from {{ ref('contract') }} where contract_state = 'active'

),

dwellings as (

    select * from {{ ref('dwelling') }}

),

final as (

    select contract_no, dwelling_id from contracts
    where dwelling_id not in (select dwelling_id from dwellings)

)

select * from final
