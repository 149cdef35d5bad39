{{ config(
    schema='mart_fund', alias='account', materialized='table', engine='MergeTree()',
    order_by=['district_code', 'street_code', 'area_no', 'account_no']
) }}
{#- One row per account of a dwelling (CJJ/T 258 18.1.1 分户账户明细): balance in yuan, against its ledger and the first deposit. -#}
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
    account.entries as entries,
    account.difference as difference,
    account.is_balanced as is_balanced,
    account.is_low as is_low
from {{ ref('maintenance_fund_account') }} as account
left join {{ ref('maintenance_fund_area') }} as area on area.area_no = account.area_no
