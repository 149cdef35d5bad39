{{ config(
    schema='mart_fund', alias='use', materialized='table', engine='MergeTree()',
    order_by=['applied_on', 'district_code', 'street_code', 'use_no']
) }}
{#-
  One row per project that uses the fund (CJJ/T 258 19.2.3, 19.2.5): what it costs, on which part of the building, and the
  days of its links: vote, works, settlement. Money in yuan.
-#}
select
    fund_use.use_no as use_no,
    fund_use.project_name as use_name,
    {{ division_columns('fund_use') }},
    {{ fund_area_columns('area') }},
    fund_use.building_no as building_no,
    fund_use.use_kind as use_kind,
    part.part_kind as part_kind,
    part.part_name as part_name,
    fund_use.contractor_name as contractor_name,
    fund_use.budget as budget,
    multiIf(fund_use.budget is null, 'unknown', fund_use.budget < 10000, 'small', fund_use.budget < 100000, 'middle', 'large') as size_class,
    fund_use.audited_amount as audited_amount,
    fund_use.voted_amount as voted_amount,
    fund_use.amount_paid as amount_paid,
    fund_use.payments as payments,
    fund_use.last_paid_on as last_paid_on,
    assumeNotNull(fund_use.applied_on) as applied_on,
    fund_use.voted_on as voted_on,
    fund_use.accepted_on as accepted_on,
    fund_use.closed_on as closed_on,
    fund_use.use_state as use_state,
    fund_use.use_state = 'closed' as is_closed,
    fund_use.use_state not in ('closed', 'withdrawn') as is_running,
    if(fund_use.voted_on >= fund_use.applied_on, dateDiff('day', fund_use.applied_on, fund_use.voted_on), null) as days_to_vote,
    if(fund_use.accepted_on >= fund_use.applied_on, dateDiff('day', fund_use.applied_on, fund_use.accepted_on), null) as days_to_accept,
    if(fund_use.closed_on >= fund_use.applied_on, dateDiff('day', fund_use.applied_on, fund_use.closed_on), null) as days_to_close,
    fund_use.needs_vote = 1 and ifNull(fund_use.voted_on <= {{ as_of() }}, 0) as is_voted,
    fund_use.is_passed as is_passed,
    fund_use.is_vote_short as is_vote_short,
    fund_use.is_overpaid as is_overpaid
from {{ ref('maintenance_fund_use') }} as fund_use
left join {{ ref('maintenance_fund_area') }} as area on area.area_no = fund_use.area_no
left join {{ ref('maintenance_fund_part') }} as part on part.part_no = fund_use.part_no
where fund_use.applied_on is not null and fund_use.applied_on <= {{ as_of() }}
