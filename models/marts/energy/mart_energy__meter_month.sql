{{ config(
    schema='mart_energy', alias='meter_month', materialized='incremental', engine='MergeTree()',
    incremental_strategy='insert_overwrite', partition_by='toYYYYMM(month)',
    order_by=['month', 'meter_kind', 'district_code', 'street_code', 'meter_no'],
    query_settings={'max_bytes_before_external_sort': 500000000}
) }}
{#-
  用电信息库, 用水信息库 (002:9958-9973): one row per meter of an assisted dwelling and month it was read in. A month is written
  again when what its rows are made of is something else: readings, those of the month before (`usage_change`), or a place. `inputs_hash` tells,
  which is summed up over few columns; rows are made of the months alone that need them.
-#}
with used as (
    select
        metered.meter_kind as meter_kind,
        metered.meter_no as meter_no,
        metered.month as used_in,
        metered.usage as used,
        metered.fee as charged,
        metered.days_read as days_read,
        metered.days_flawed as days_flawed
    from {{ ref('metered_month') }} as metered
),

places as (
    select
        meter.meter_kind as meter_kind,
        meter.meter_no as meter_no,
        concat(dwelling.project_name, dwelling.building_no, '-', dwelling.unit_no, '-', dwelling.room_no) as point_name,
        {{ dwelling_columns('dwelling') }}
    from {{ ref('meter') }} as meter
    inner join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = meter.dwelling_id
),

-- Grouped, or the engine joins all three tables before it hashes, every month of a meter anew. Two meters of one key would only share a hash.
place_hashes as (
    select cityHash64(meter_kind, meter_no) as meter_key, groupBitXor(cityHash64(tuple(*))) as place_hash
    from places
    group by meter_key
),

-- What a month is made of: its readings with their place, and what the month before used.
inputs as (
    select told.1 as month, groupBitXor(told.2) as inputs_hash
    from (
        select arrayJoin([
            (used.used_in, cityHash64(
                used.meter_kind, used.meter_no, used.used, used.charged, used.days_read, used.days_flawed, place_hashes.place_hash
            )),
            (addMonths(used.used_in, 1), cityHash64('before', used.meter_kind, used.meter_no, used.used, used.days_read))
        ]) as told
        from used
        inner join place_hashes on place_hashes.meter_key = cityHash64(used.meter_kind, used.meter_no)
    )
    group by month
),

due as (
    {{ months_due() }}
)

select
    used.used_in as month,
    used.meter_kind as meter_kind,
    used.meter_no as meter_no,
    'household' as use_type,
    places.* except (meter_kind, meter_no),
    toDecimal64(used.used, 3) as usage,
    toDecimal64(used.charged, 2) as fee,
    used.days_read as days_read,
    used.days_flawed as days_flawed,
    if(earlier.days_read > 0, toDecimal64(used.used - earlier.used, 3), null) as usage_change,
    {{ due_hash('used.used_in') }} as inputs_hash
from used
inner join places on places.meter_kind = used.meter_kind and places.meter_no = used.meter_no
left join (select * from used where {{ is_due('addMonths(used_in, 1)') }}) as earlier
    on earlier.meter_kind = used.meter_kind and earlier.meter_no = used.meter_no and addMonths(earlier.used_in, 1) = used.used_in
where {{ is_due('used.used_in') }}
