{{ config(materialized='table', order_by=['meter_kind', 'meter_no']) }}

with

dwellings as (

    select * from {{ ref('dwelling') }}

),

-- The house each dwelling is known by, and houses that were merged into it: their meters serve it too.
houses as (

    select dwelling_id, house_code, water_meter_no, electricity_meter_no, gas_meter_no
    from dwellings

    union all

    select dwellings.dwelling_id, dwellings.house_code, house.water_meter_no, house.electricity_meter_no, house.gas_meter_no
    from (select * from {{ ref('std_property__house_registry') }} where is_current = 1) as house
    inner join {{ moved_records('property.house_registry') }} as moved on house.house_code = moved.record_key
    inner join dwellings on moved.dwelling_id = dwellings.dwelling_id

),

installed as (

    select
        houses.dwelling_id as dwelling_id,
        houses.house_code as house_code,
        meter.1 as meter_kind,
        meter.2 as meter_no

    from houses
    array join [
        ('water', houses.water_meter_no),
        ('electricity', houses.electricity_meter_no),
        ('gas', houses.gas_meter_no)
    ] as meter
    where meter.2 != ''

),

-- A number that two dwellings claim serves the first by house code; `dwellings` shows the conflict.
final as (

    select
        installed.meter_kind as meter_kind,
        installed.meter_no as meter_no,
        argMin(installed.dwelling_id, installed.house_code) as dwelling_id,
        min(installed.house_code) as house_code,
        toUInt32(uniqExact(installed.dwelling_id)) as dwellings

    from installed
    group by installed.meter_kind, installed.meter_no

)

select * from final
