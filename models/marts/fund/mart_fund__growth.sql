{{ config(
    schema='mart_fund', alias='growth', materialized='table', engine='MergeTree()',
    order_by=['booked_on', 'district_code', 'street_code', 'entry_no']
) }}
{#-
  One row per share of a yield booked to an account (CJJ/T 258 19.2.4, 19.2.6): an investment belongs to a bank, what it brought to dwellings, and so to a
  district, a property area and a stage of management. Yuan.
-#}
select
    entry.entry_no as entry_no,
    entry.account_no as account_no,
    account.dwelling_id as dwelling_id,
    dwelling.house_code as house_code,
    {{ division_columns('account') }},
    {{ fund_area_columns('area') }},
    entry.booked_on as booked_on,
    entry.amount as amount,
    entry.source_no as source_no
from {{ ref('maintenance_fund_entry') }} as entry
left join {{ ref('maintenance_fund_account') }} as account on account.account_no = entry.account_no
left join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = account.dwelling_id
left join {{ ref('maintenance_fund_area') }} as area on area.area_no = account.area_no
where entry.entry_kind = 'yield' and entry.booked_on <= {{ as_of() }}
