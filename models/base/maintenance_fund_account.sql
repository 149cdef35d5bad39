{{ config(materialized='table', order_by=['account_no']) }}

with

accounts as (

    select * from {{ ref('std_maintenance_fund__account') }} where is_current = 1

),

dwellings as (

    select * from {{ ref('maintenance_fund_dwelling') }}

),

-- What was booked until the day the balance is of.
ledger as (

    select
        entries.account_no as account_no,
        count() as entries,
        countIf(entries.entry_kind = 'deposit') as deposits,
        sum(entries.amount) as amount

    from {{ ref('maintenance_fund_entry') }} as entries
    inner join accounts on entries.account_no = accounts.account_no
    where accounts.balance_on is null or entries.booked_on <= accounts.balance_on
    group by entries.account_no

),

final as (

    select
        accounts.account_no as account_no,
        accounts.dwelling_no as dwelling_no,
        dwellings.dwelling_id as dwelling_id,
        dwellings.area_no as area_no,
        {{ division_columns('dwellings') }},
        accounts.opened_on as opened_on,
        accounts.first_deposit as first_deposit,
        accounts.balance as balance,
        accounts.balance_on as balance_on,
        accounts.account_state as account_state,
        toUInt32(ledger.entries) as entries,
        cast(ledger.amount, 'Decimal(18, 2)') as ledger_balance,
        accounts.balance - ledger_balance as difference,
        toUInt8(coalesce(difference = 0, false)) as is_balanced,
        toUInt8(ledger.deposits > 0 and coalesce(accounts.balance * 10 < accounts.first_deposit * 3, false)) as is_low

    from accounts
    left join dwellings on accounts.dwelling_no = dwellings.dwelling_no
    left join ledger on accounts.account_no = ledger.account_no

)

select * from final
