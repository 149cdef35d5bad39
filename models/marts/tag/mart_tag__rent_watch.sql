{{ config(
    schema='mart_tag', alias='rent_watch', materialized='table', engine='MergeTree()', order_by=['seen_on', 'contract_no']
) }}
{#- What foresight of arrears is made from and measured on: tags' own points over days whose outcome is known (docs/staff.md, 标签). -#}
select
    rent.contract_no as contract_no,
    rent.seen_on as seen_on,
    rent.months_back as months_back,
    rent.is_tenant as is_tenant,
    rent.bills_12 as bills_12,
    rent.late_bills_12 as late_bills_12,
    rent.open_bills as open_bills,
    rent.oldest_open_days as oldest_open_days,
    rent.last_bill_open as last_bill_open,
    rent.open_bills_after as open_bills_after
from {{ ref('rent_watch') }} as rent
