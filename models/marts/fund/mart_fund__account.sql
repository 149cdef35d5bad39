{{ config(
    schema='mart_fund', alias='account', materialized='table', engine='MergeTree()',
    order_by=['district_code', 'street_code', 'area_no', 'account_no']
) }}
{#-
  One row per account of a dwelling (CJJ/T 258 18.1.1 分户账户明细): balance in yuan, against its ledger and the first deposit; what came in by deposits and
  what was used of it by the as-of day (10.1.1, 19.1.1 资金利用率).
-#}
with booked as (
    select
        account_no,
        sumIf(amount, entry_kind in ('deposit', 'top_up', 'transfer')) as paid_in,
        -sumIf(amount, entry_kind = 'use') as used
    from {{ ref('maintenance_fund_entry') }}
    where booked_on <= {{ as_of() }}
    group by account_no
)

select
    account.account_no as account_no,
    account.dwelling_no as fund_dwelling_no,
    account.dwelling_id as dwelling_id,
    {{ division_columns('account') }},
    {{ fund_area_columns('area') }},
    account.opened_on as opened_on,
    account.first_deposit as first_deposit,
    account.balance as balance,
    account.balance_on as balance_on,
    account.account_state as account_state,
    ifNull(booked.paid_in, 0) as paid_in,
    ifNull(booked.used, 0) as used,
    account.entries as entries,
    account.difference as difference,
    account.is_balanced as is_balanced,
    account.is_low as is_low
from {{ ref('maintenance_fund_account') }} as account
left join {{ ref('maintenance_fund_area') }} as area on area.area_no = account.area_no
left join booked on booked.account_no = account.account_no
