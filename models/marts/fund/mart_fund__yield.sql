{{ config(
    schema='mart_fund', alias='yield', materialized='table', engine='MergeTree()', order_by=['earned_on', 'yield_no']
) }}
{#-
  One row per investment of the fund that has ended, and income without one (CJJ/T 258 19.2.4 增值类型、规模、收益率). `principal_years` is
  yuan times years of 365 days: a rate over several investments is what they earned by what they tied up, and for how long.
-#}
select
    yielding.yield_no as yield_no,
    yielding.bank_no as bank_no,
    yielding.bank_name as bank_name,
    yielding.yield_kind as yield_kind,
    yielding.principal as principal,
    multiIf(yielding.principal is null, 'unknown', yielding.principal < 1000000, 'small', yielding.principal < 10000000, 'middle', 'large') as principal_class,
    yielding.annual_rate as annual_rate,
    yielding.starts_on as starts_on,
    yielding.ends_on as ends_on,
    assumeNotNull(coalesce(yielding.ends_on, yielding.allocated_on)) as earned_on,
    ifNull(yielding.amount, 0) as amount,
    ifNull(toDecimal128(yielding.principal, 4) * dateDiff('day', yielding.starts_on, yielding.ends_on) / 365, 0) as principal_years,
    yielding.allocated_on as allocated_on,
    ifNull(yielding.allocated, 0) as allocated,
    yielding.is_allocated as is_allocated
from {{ ref('maintenance_fund_yield') }} as yielding
where coalesce(yielding.ends_on, yielding.allocated_on) is not null
    and coalesce(yielding.ends_on, yielding.allocated_on) <= {{ as_of() }}
