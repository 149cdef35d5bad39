{{ config(materialized='table', order_by=['account_no', 'booked_on', 'entry_no']) }}

with

entries as (

    select * from {{ ref('std_maintenance_fund__ledger_entry') }} where is_current = 1

),

final as (

    select
        entries.entry_no as entry_no,
        entries.account_no as account_no,
        entries.entry_kind as entry_kind,
        entries.income as income,
        entries.expense as expense,
        cast(coalesce(entries.income, 0) - coalesce(entries.expense, 0), 'Decimal(18, 2)') as amount,
        assumeNotNull(entries.booked_on) as booked_on,
        entries.source_no as source_no

    from entries

)

select * from final
