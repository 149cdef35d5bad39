{{ config(
    schema='mart_energy', alias='meter_month', materialized='incremental', engine='MergeTree()',
    incremental_strategy='insert_overwrite', partition_by='toYYYYMM(month)',
    order_by=['month', 'meter_kind', 'district_code', 'street_code', 'meter_no']
) }}
{#-
  用电信息库, 用水信息库 (002:9958-9973): one row per meter of an assisted dwelling and month it was read in. A month is written
  again when its readings, those of the month before (`usage_change`) or the dwellings' places change; `inputs_hash` says of what.
-#}
with read_months as (
    select
        toStartOfMonth(meter_day.reading_date) as month,
        cityHash64(
            toStartOfMonth(meter_day.reading_date), count(), sum(meter_day.deliveries),
            ifNull(sum(meter_day.usage), 0), ifNull(sum(meter_day.fee), 0)
        ) as input
    from {{ ref('meter_day') }} as meter_day
    where meter_day.reading_date <= {{ as_of() }}
    group by month
),

places as (
    select groupBitXor(cityHash64('place', meter.meter_kind, meter.meter_no, dwelling.dwelling_id, dwelling.house_code,
        dwelling.building_no, dwelling.unit_no, dwelling.room_no, dwelling.project_id, dwelling.project_name,
        dwelling.project_kind, dwelling.allocation_kind, dwelling.district_name, dwelling.street_name,
        dwelling.community_code, dwelling.community_name)) as input
    from {{ ref('meter') }} as meter
    inner join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = meter.dwelling_id
),

changed as (
    select stretch.month as month, bitXor(groupBitXor(stretch.input), any(places.input)) as inputs_hash
    from (
        select arrayJoin([month, addMonths(month, 1)]) as month, input from read_months
    ) as stretch
    cross join places
    where stretch.month in (select month from read_months)
    group by month
    {%- if is_incremental() %}
    having (month, inputs_hash) not in (select distinct month, inputs_hash from {{ this }})
    {%- endif %}
),

-- The month before is read too, to compare with.
used as (
    select
        meter_day.meter_kind as meter_kind,
        meter_day.meter_no as meter_no,
        toStartOfMonth(meter_day.reading_date) as used_in,
        addMonths(used_in, 1) as next_month,
        ifNull(sum(meter_day.usage), 0) as used,
        ifNull(sum(meter_day.fee), 0) as charged,
        toUInt8(countIf(meter_day.usage is not null)) as days_read,
        toUInt8(countIf(meter_day.quality != 'ok')) as days_flawed
    from {{ ref('meter_day') }} as meter_day
    where meter_day.reading_date <= {{ as_of() }}
        and toStartOfMonth(meter_day.reading_date) in (select arrayJoin([month, addMonths(month, -1)]) from changed)
    group by meter_kind, meter_no, used_in
)

select
    changed.month as month,
    used.meter_kind as meter_kind,
    used.meter_no as meter_no,
    'household' as use_type,
    concat(dwelling.project_name, dwelling.building_no, '-', dwelling.unit_no, '-', dwelling.room_no) as point_name,
    {{ dwelling_columns('dwelling') }},
    toDecimal64(used.used, 3) as usage,
    toDecimal64(used.charged, 2) as fee,
    used.days_read as days_read,
    used.days_flawed as days_flawed,
    if(earlier.days_read > 0, toDecimal64(used.used - earlier.used, 3), null) as usage_change,
    changed.inputs_hash as inputs_hash
from used
inner join changed on changed.month = used.used_in
inner join {{ ref('meter') }} as meter on meter.meter_kind = used.meter_kind and meter.meter_no = used.meter_no
inner join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = meter.dwelling_id
left join used as earlier
    on earlier.meter_kind = used.meter_kind and earlier.meter_no = used.meter_no and earlier.next_month = used.used_in
