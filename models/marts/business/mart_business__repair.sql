{{ config(
    schema='mart_business', alias='repair', materialized='table', engine='MergeTree()',
    order_by=['reported_on', 'district_code', 'street_code', 'repair_no']
) }}
{#- One row per repair order (002:1849, M79, M80): finished in time, late, or still within its time. -#}
select
    repair.repair_no as repair_no,
    repair.contract_no as contract_no,
    {{ dwelling_columns('dwelling') }},
    {{ operator_columns('enterprise') }},
    repair.repair_kind as repair_kind,
    repair.repair_state as repair_state,
    repair.reported_on as reported_on,
    repair.reported_at as reported_at,
    repair.accepted_at as accepted_at,
    repair.due_at as due_at,
    repair.finished_at as finished_at,
    repair.finished_at is not null as is_finished,
    repair.due_at is not null and repair.repair_state != 'cancelled'
        and (is_finished or toDate32(repair.due_at, 'Asia/Shanghai') < {{ as_of() }}) as is_judged,
    is_judged and ifNull(repair.finished_at <= repair.due_at, 0) as is_timely,
    is_judged and not is_finished as is_overdue,
    if(is_finished, dateDiff('hour', repair.reported_at, repair.finished_at), null) as hours_to_finish,
    toUInt8OrNull(repair.rating) as rating,
    rating >= 4 as is_praised,
    {{ as_of() }} as as_of
from {{ ref('repair') }} as repair
left join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = repair.dwelling_id
left join {{ ref('enterprise') }} as enterprise on enterprise.enterprise_id = dwelling.enterprise_id
