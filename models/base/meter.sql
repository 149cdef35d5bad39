{{ config(materialized='table', order_by=['meter_kind', 'meter_no']) }}

with

dwellings as (

    select * from {{ ref('dwelling') }}

),

installed as (

    select
        dwellings.dwelling_id as dwelling_id,
        dwellings.house_code as house_code,
        meter.1 as meter_kind,
        meter.2 as meter_no

    from dwellings
    array join [
        ('water', dwellings.water_meter_no),
        ('electricity', dwellings.electricity_meter_no),
        ('gas', dwellings.gas_meter_no)
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
        toUInt32(count()) as dwellings

    from installed
    group by installed.meter_kind, installed.meter_no

)

select * from final
