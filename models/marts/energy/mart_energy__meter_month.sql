{{ config(
    schema='mart_energy', alias='meter_month', materialized='incremental', engine='MergeTree()',
    incremental_strategy='insert_overwrite', partition_by='toYYYYMM(month)',
    order_by=['month', 'meter_kind', 'district_code', 'street_code', 'meter_no'],
    query_settings={'max_bytes_before_external_sort': 500000000}
) }}
{#-
  用电信息库, 用水信息库 (002:9958-9973): one row per meter of an assisted dwelling and month it was read in. A month is written
  again when one of its rows says something else or is gone, be it by readings, those of the month before (`usage_change`) or its place; `inputs_hash` tells.
-#}
with used as (
    select
        metered.meter_kind as meter_kind,
        metered.meter_no as meter_no,
        metered.month as used_in,
        addMonths(metered.month, 1) as next_month,
        metered.usage as used,
        metered.fee as charged,
        metered.days_read as days_read,
        metered.days_flawed as days_flawed
    from {{ ref('metered_month') }} as metered
),

measured as (
    select
        used.used_in as month,
        used.meter_kind as meter_kind,
        used.meter_no as meter_no,
        'household' as use_type,
        concat(dwelling.project_name, dwelling.building_no, '-', dwelling.unit_no, '-', dwelling.room_no) as point_name,
        {{ dwelling_columns('dwelling') }},
        toDecimal64(used.used, 3) as usage,
        toDecimal64(used.charged, 2) as fee,
        used.days_read as days_read,
        used.days_flawed as days_flawed,
        if(earlier.days_read > 0, toDecimal64(used.used - earlier.used, 3), null) as usage_change
    from used
    inner join {{ ref('meter') }} as meter on meter.meter_kind = used.meter_kind and meter.meter_no = used.meter_no
    inner join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = meter.dwelling_id
    left join used as earlier
        on earlier.meter_kind = used.meter_kind and earlier.meter_no = used.meter_no and earlier.next_month = used.used_in
)

select * from (
    select *, groupBitXor(cityHash64(tuple(*))) over (partition by month) as inputs_hash from measured
)
{%- if is_incremental() %}
where (month, inputs_hash) not in (select distinct month, inputs_hash from {{ this }})
{%- endif %}
