{{ config(materialized='table', order_by=['repair_no']) }}

with

repairs as (

    select * from {{ ref('std_operations__repair') }} where is_current = 1

),

-- An order without a house code is about the dwelling of its contract.
links as (

    {{ dwelling_links('operations.repair') }}

),

dwellings as (

    select * from {{ ref('dwelling') }}

),

final as (

    select
        repairs.repair_no as repair_no,
        links.dwelling_id as dwelling_id,
        dwellings.project_id as project_id,
        {{ division_columns('dwellings') }},
        repairs.contract_no as contract_no,
        repairs.repair_kind as repair_kind,
        repairs.repair_state as repair_state,
        repairs.reported_at as reported_at,
        toDate(toTimeZone(assumeNotNull(repairs.reported_at), 'Asia/Shanghai')) as reported_on,
        repairs.accepted_at as accepted_at,
        repairs.due_at as due_at,
        repairs.finished_at as finished_at,
        dateDiff('minute', repairs.reported_at, repairs.accepted_at) as minutes_to_accept,
        dateDiff('minute', repairs.reported_at, repairs.finished_at) as minutes_to_finish,
        -- Finished is done, though the word for its state could not be read.
        toUInt8(repairs.repair_state in ('done', 'closed') or repairs.repair_state = '' and repairs.finished_at is not null) as is_done,
        repairs.rating as rating,
        repairs.description as description

    from repairs
    left join links on repairs.repair_no = links.of_key
    left join dwellings on links.house_code = dwellings.house_code

)

select * from final
