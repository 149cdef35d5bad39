{{ config(
    schema='mart_supervision', alias='vacancy_month', materialized='incremental', engine='MergeTree()',
    incremental_strategy='insert_overwrite', partition_by='toYYYYMM(month)',
    order_by=['month', 'district_code', 'street_code', 'dwelling_id']
) }}
{#-
  One row per assisted dwelling and month (M86, 002:1927): days let, days its door opened, what its meters counted. A month is written
  again when what its rows are made of is something else, which `inputs_hash` tells: late deliveries and corrected contracts reach old months, and what
  changed of nothing in it leaves a month as it is. The hash is summed up over few columns; rows are made of the months alone that need them.
-#}
with metered as (
    select
        meter.dwelling_id as dwelling_id,
        metered.month as month,
        metered.meter_kind as meter_kind,
        metered.meter_no as meter_no,
        metered.usage as usage,
        metered.days_read as days_read
    from {{ ref('metered_month') }} as metered
    inner join {{ ref('meter') }} as meter
        on meter.meter_kind = metered.meter_kind and meter.meter_no = metered.meter_no
    where meter.dwelling_id != ''
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

-- Dwellings there were in a month.
stock as (
    select
        months.month as month,
        {{ dwelling_columns('dwelling') }},
        toUInt8(dateDiff('day', greatest(toDate32(months.month), ifNull(dwelling.delivered_on, toDate32(months.month))),
            least({{ as_of() }}, toDate32(toLastDayOfMonth(months.month)))) + 1) as days,
        first_doors.dwelling_id != '' and first_doors.first_month <= months.month as has_door
    from months
    cross join {{ ref('dwelling') }} as dwelling
    left join first_doors on first_doors.dwelling_id = dwelling.dwelling_id
    where dwelling.dwelling_state != 'off'
        and dwelling.delivered_on <= least({{ as_of() }}, toDate32(toLastDayOfMonth(months.month)))
),

-- Joined by a number, which is quicker than by two strings; two meters of one key would only share a hash.
meter_hashes as (
    select cityHash64(meter_kind, meter_no) as meter_key, cityHash64(dwelling_id, meter_kind, meter_no) as meter_hash
    from {{ ref('meter') }}
    where dwelling_id != ''
),

-- What a month is made of.
inputs as (
    select month, groupBitXor(content) as inputs_hash
    from (
        select month, cityHash64(tuple(*)) as content from stock
        union all
        select month, cityHash64('let', dwelling_id, bits) as content from let_bits
        union all
        select month, cityHash64('door', dwelling_id, door_days, door_events) as content from doors
        union all
        select metered.month as month, cityHash64('meter', meter_hashes.meter_hash, metered.usage, metered.days_read) as content
        from {{ ref('metered_month') }} as metered
        inner join meter_hashes on meter_hashes.meter_key = cityHash64(metered.meter_kind, metered.meter_no)
    )
    group by month
),

due as (
    {{ months_due() }}
),

meters as (
    select
        dwelling_id as meter_id,
        month as meter_month,
        sumIf(usage, meter_kind = 'water') as water_usage,
        sumIf(usage, meter_kind = 'electricity') as electricity_usage,
        sumIf(usage, meter_kind = 'gas') as gas_usage,
        sum(days_read) as meter_readings
    from metered
    where {{ is_due('meter_month') }}
    group by meter_id, meter_month
)

-- One row each, with all it says.
select
    stock.* except (has_door),
    toUInt8(least(bitCount(ifNull(let_bits.bits, 0)), stock.days)) as let_days,
    toUInt8(stock.days - let_days) as vacant_days,
    doors.door_days as door_days,
    doors.door_events as door_events,
    meters.meter_readings as meter_readings,
    meters.water_usage as water_usage,
    meters.electricity_usage as electricity_usage,
    meters.gas_usage as gas_usage,
    let_days = 0 as vacant_by_contract,
    door_events = 0 and stock.has_door as vacant_by_doors,
    meter_readings > 0
        and water_usage * 30 <= {{ var('vacancy_water_m3') }} * stock.days
        and electricity_usage * 30 <= {{ var('vacancy_electricity_kwh') }} * stock.days
        and gas_usage * 30 <= {{ var('vacancy_gas_m3') }} * stock.days as vacant_by_meters,
    {{ due_hash('stock.month') }} as inputs_hash
from (select * from stock where {{ is_due('month') }}) as stock
left join (select dwelling_id as let_id, month as let_month, bits from let_bits where {{ is_due('let_month') }}) as let_bits
    on let_bits.let_id = stock.dwelling_id and let_bits.let_month = stock.month
left join (
    select dwelling_id as door_id, month as door_month, door_days, door_events from doors where {{ is_due('door_month') }}
) as doors
    on doors.door_id = stock.dwelling_id and doors.door_month = stock.month
left join meters on meters.meter_id = stock.dwelling_id and meters.meter_month = stock.month
