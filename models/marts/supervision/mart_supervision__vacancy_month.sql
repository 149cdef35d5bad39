{{ config(
    schema='mart_supervision', alias='vacancy_month', materialized='incremental', engine='MergeTree()',
    incremental_strategy='insert_overwrite', partition_by='toYYYYMM(month)',
    order_by=['month', 'district_code', 'street_code', 'dwelling_id']
) }}
{#-
  One row per assisted dwelling and month (M86, 002:1927): days let, days its door opened, what its meters counted. Months are cheap to work out
  from `base.meter_month` and `base.door_month`; a month is written again when one of its rows says something else or is gone, which
  `inputs_hash` tells: late deliveries and corrected contracts reach old months, and what changed of nothing in it leaves a month as it is.
-#}
with meters as (
    select
        meter.dwelling_id as dwelling_id,
        metered.month as month,
        sumIf(metered.usage, metered.meter_kind = 'water') as water_usage,
        sumIf(metered.usage, metered.meter_kind = 'electricity') as electricity_usage,
        sumIf(metered.usage, metered.meter_kind = 'gas') as gas_usage,
        sum(metered.days_read) as meter_readings
    from {{ ref('metered_month') }} as metered
    inner join {{ ref('meter') }} as meter
        on meter.meter_kind = metered.meter_kind and meter.meter_no = metered.meter_no
    group by dwelling_id, month
),

doors as (
    select dwelling_id, month, door_days, door_events from {{ ref('door_known_month') }} as door_known_month
),

months as (
    select distinct month from doors
    union distinct
    select distinct metered.month as month from {{ ref('metered_month') }} as metered
),

-- The days of a month a contract covers, as the bits of a number: the union over contracts is a bitwise or.
let_bits as (
    select
        contract.dwelling_id as dwelling_id,
        months.month as month,
        groupBitOr(
            bitShiftLeft(toUInt64(1), toDayOfMonth(least(contract.effective_end, {{ as_of() }}, toDate32(toLastDayOfMonth(months.month)))))
            - bitShiftLeft(toUInt64(1), toDayOfMonth(greatest(contract.starts_on, toDate32(months.month))) - 1)
        ) as bits
    from {{ ref('contract_standing') }} as contract
    cross join months
    where contract.standing in ('running', 'terminated', 'expired')
        and contract.starts_on <= least(contract.effective_end, {{ as_of() }}, toDate32(toLastDayOfMonth(months.month)))
        and contract.effective_end >= toDate32(months.month)
    group by dwelling_id, month
),

-- From when on a door is known of: before that, doors say nothing of a dwelling.
first_doors as (
    select dwelling_id, min(month) as first_month from doors group by dwelling_id
),

-- One row each, with all it says.
stock as (
    select
        months.month as month,
        {{ dwelling_columns('dwelling') }},
        toUInt8(dateDiff('day', greatest(toDate32(months.month), ifNull(dwelling.delivered_on, toDate32(months.month))),
            least({{ as_of() }}, toDate32(toLastDayOfMonth(months.month)))) + 1) as days,
        toUInt8(least(bitCount(ifNull(let_bits.bits, 0)), days)) as let_days,
        toUInt8(days - let_days) as vacant_days,
        doors.door_days as door_days,
        doors.door_events as door_events,
        meters.meter_readings as meter_readings,
        meters.water_usage as water_usage,
        meters.electricity_usage as electricity_usage,
        meters.gas_usage as gas_usage,
        let_days = 0 as vacant_by_contract,
        door_events = 0 and first_doors.dwelling_id != '' and first_doors.first_month <= months.month as vacant_by_doors,
        meter_readings > 0
            and water_usage * 30 <= {{ var('vacancy_water_m3') }} * days
            and electricity_usage * 30 <= {{ var('vacancy_electricity_kwh') }} * days
            and gas_usage * 30 <= {{ var('vacancy_gas_m3') }} * days as vacant_by_meters
    from months
    cross join {{ ref('dwelling') }} as dwelling
    left join let_bits on let_bits.dwelling_id = dwelling.dwelling_id and let_bits.month = months.month
    left join doors on doors.dwelling_id = dwelling.dwelling_id and doors.month = months.month
    left join first_doors on first_doors.dwelling_id = dwelling.dwelling_id
    left join meters on meters.dwelling_id = dwelling.dwelling_id and meters.month = months.month
    where dwelling.dwelling_state != 'off'
        and dwelling.delivered_on <= least({{ as_of() }}, toDate32(toLastDayOfMonth(months.month)))
)

select * from (
    select *, groupBitXor(cityHash64(tuple(*))) over (partition by month) as inputs_hash from stock
)
{%- if is_incremental() %}
where (month, inputs_hash) not in (select distinct month, inputs_hash from {{ this }})
{%- endif %}
