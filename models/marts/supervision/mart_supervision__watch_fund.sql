{{ config(
    schema='mart_supervision', alias='watch_fund', materialized='table', engine='MergeTree()', order_by=['object_kind', 'object_key']
) }}
{#-
  One row per matter of the special maintenance fund that rules of alert look at (CJJ/T 258 chapters 17 to 19): an account, a
  deposit that was due, a use that was voted on. Money in yuan. Places are those of the fund's own records: most homes are nobody's assisted dwelling.
-#}
with areas as (
    select area_no, area_name, project_id, property_enterprise_id
    from {{ ref('maintenance_fund_area') }}
)

select
    'fund_account' as object_kind,
    account.account_no as object_key,
    '' as person_id,
    '' as household_id,
    '' as contract_no,
    areas.property_enterprise_id as enterprise_id,
    account.dwelling_id as dwelling_id,
    '' as house_code,
    '' as building_no,
    '' as unit_no,
    '' as room_no,
    areas.project_id as project_id,
    areas.area_name as project_name,
    '' as project_kind,
    '' as allocation_kind,
    {{ division_columns('account') }},
    account.account_state as state,
    account.balance_on as since,
    account.balance as amount,
    account.first_deposit as amount_due,
    {{ ratio('account.balance', 'account.first_deposit') }} as balance_share,
    account.difference as difference,
    account.is_low as is_low,
    account.entries > 0 and not account.is_balanced as is_mismatched,
    null as is_missing,
    null as days_overdue,
    null as is_overpaid,
    null as is_vote_short
from {{ ref('maintenance_fund_account') }} as account
left join areas on areas.area_no = account.area_no

union all

select
    'fund_deposit' as object_kind,
    deposit.deposit_no as object_key,
    '' as person_id,
    '' as household_id,
    '' as contract_no,
    areas.property_enterprise_id as enterprise_id,
    deposit.dwelling_id as dwelling_id,
    '' as house_code,
    '' as building_no,
    '' as unit_no,
    '' as room_no,
    areas.project_id as project_id,
    areas.area_name as project_name,
    '' as project_kind,
    '' as allocation_kind,
    {{ division_columns('deposit') }},
    deposit.deposit_kind as state,
    deposit.due_on as since,
    deposit.amount_open as amount,
    deposit.amount_due as amount_due,
    null as balance_share,
    null as difference,
    null as is_low,
    null as is_mismatched,
    deposit.is_missing as is_missing,
    if(deposit.is_missing = 1, dateDiff('day', deposit.due_on, {{ as_of() }}), null) as days_overdue,
    null as is_overpaid,
    null as is_vote_short
from {{ ref('maintenance_fund_deposit') }} as deposit
left join areas on areas.area_no = deposit.area_no

union all

select
    'fund_use' as object_kind,
    used.use_no as object_key,
    '' as person_id,
    '' as household_id,
    '' as contract_no,
    areas.property_enterprise_id as enterprise_id,
    {{ no_dwelling_columns() }},
    areas.project_id as project_id,
    areas.area_name as project_name,
    '' as project_kind,
    '' as allocation_kind,
    {{ division_columns('used') }},
    used.use_state as state,
    used.voted_on as since,
    used.amount_paid as amount,
    used.voted_amount as amount_due,
    null as balance_share,
    null as difference,
    null as is_low,
    null as is_mismatched,
    null as is_missing,
    null as days_overdue,
    used.is_overpaid as is_overpaid,
    used.is_vote_short as is_vote_short
from {{ ref('maintenance_fund_use') }} as used
left join areas on areas.area_no = used.area_no
