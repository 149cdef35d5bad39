{{ config(
    schema='mart_supervision', alias='vacancy_month', materialized='incremental', engine='MergeTree()',
    incremental_strategy='insert_overwrite', partition_by='toYYYYMM(month)',
    order_by=['month', 'district_code', 'street_code', 'dwelling_id']
) }}
{#-
  One row per assisted dwelling and month (M86, 002:1927): days let, days its door opened, what its meters counted. A month is
  written again when anything it is made of has changed; `inputs_hash` remembers what it was made of, so that late
  deliveries and corrected contracts reach old months and untouched months stay as they are.
-#}
with months as (
    select distinct toStartOfMonth(event_date) as month from {{ ref('door_day') }} where event_date <= {{ as_of() }}
    union distinct
    select distinct toStartOfMonth(reading_date) as month from {{ ref('meter_day') }} where reading_date <= {{ as_of() }}
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
    select dwelling_id, toStartOfMonth(min(event_date)) as first_month
    from {{ ref('door_day') }}
    where event_date <= {{ as_of() }}
    group by dwelling_id
),

inputs as (
    select month, groupBitXor(input) as inputs_hash
    from (
        select month, cityHash64('let', dwelling_id, bits) as input from let_bits
        union all
        select toStartOfMonth(event_date) as month, cityHash64('door', dwelling_id, event_date, events) as input
        from {{ ref('door_day') }} where event_date <= {{ as_of() }}
        union all
        select months.month as month, cityHash64('first door', first_doors.dwelling_id) as input
        from months
        cross join first_doors
        where first_doors.first_month <= months.month
        union all
        select toStartOfMonth(reading_date) as month,
            cityHash64('usage', meter_kind, meter_no, reading_date, ifNull(usage, -1)) as input
        from {{ ref('meter_day') }} where reading_date <= {{ as_of() }}
        union all
        select months.month as month, places.input as input
        from months
        cross join (
            select groupBitXor(input) as input
            from (
                select cityHash64('dwelling', tuple(*)) as input from {{ ref('dwelling') }}
                union all
                select cityHash64('meter', meter_kind, meter_no, dwelling_id) as input from {{ ref('meter') }}
            )
        ) as places
    )
    group by month
),

changed as (
    select month, inputs_hash from inputs
    {%- if is_incremental() %}
    where (month, inputs_hash) not in (select distinct month, inputs_hash from {{ this }})
    {%- endif %}
),

doors as (
    select dwelling_id, toStartOfMonth(event_date) as month, countIf(events > 0) as door_days, sum(events) as door_events
    from {{ ref('door_day') }}
    where event_date <= {{ as_of() }} and toStartOfMonth(event_date) in (select month from changed)
    group by dwelling_id, month
),

meters as (
    select
        meter.dwelling_id as dwelling_id,
        toStartOfMonth(meter_day.reading_date) as month,
        sumIf(meter_day.usage, meter_day.meter_kind = 'water') as water_usage,
        sumIf(meter_day.usage, meter_day.meter_kind = 'electricity') as electricity_usage,
        sumIf(meter_day.usage, meter_day.meter_kind = 'gas') as gas_usage,
        countIf(meter_day.usage is not null) as meter_readings
    from {{ ref('meter_day') }} as meter_day
    inner join {{ ref('meter') }} as meter
        on meter.meter_kind = meter_day.meter_kind and meter.meter_no = meter_day.meter_no
    where meter_day.reading_date <= {{ as_of() }}
        and toStartOfMonth(meter_day.reading_date) in (select month from changed)
    group by dwelling_id, month
)

select
    changed.month as month,
    {{ dwelling_columns('dwelling') }},
    toUInt8(dateDiff('day', greatest(toDate32(changed.month), ifNull(dwelling.delivered_on, toDate32(changed.month))),
        least({{ as_of() }}, toDate32(toLastDayOfMonth(changed.month)))) + 1) as days,
    toUInt8(least(bitCount(ifNull(let_bits.bits, 0)), days)) as let_days,
    toUInt8(days - let_days) as vacant_days,
    toUInt8(doors.door_days) as door_days,
    doors.door_events as door_events,
    meters.meter_readings as meter_readings,
    ifNull(meters.water_usage, 0) as water_usage,
    ifNull(meters.electricity_usage, 0) as electricity_usage,
    ifNull(meters.gas_usage, 0) as gas_usage,
    let_days = 0 as vacant_by_contract,
    door_events = 0 and first_doors.dwelling_id != '' and first_doors.first_month <= changed.month as vacant_by_doors,
    meter_readings > 0
        and water_usage * 30 <= {{ var('vacancy_water_m3') }} * days
        and electricity_usage * 30 <= {{ var('vacancy_electricity_kwh') }} * days
        and gas_usage * 30 <= {{ var('vacancy_gas_m3') }} * days as vacant_by_meters,
    changed.inputs_hash as inputs_hash
from changed
cross join {{ ref('dwelling') }} as dwelling
left join let_bits on let_bits.dwelling_id = dwelling.dwelling_id and let_bits.month = changed.month
left join doors on doors.dwelling_id = dwelling.dwelling_id and doors.month = changed.month
left join first_doors on first_doors.dwelling_id = dwelling.dwelling_id
left join meters on meters.dwelling_id = dwelling.dwelling_id and meters.month = changed.month
where dwelling.dwelling_state != 'off'
    and dwelling.delivered_on <= least({{ as_of() }}, toDate32(toLastDayOfMonth(changed.month)))
