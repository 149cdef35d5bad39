{{ config(materialized='table', order_by=['breach_no']) }}

{% set columns = [
    'breach_no', 'reporter_kind', 'reporter_unit', 'reporter_name', 'reporter_phone', 'reported_on', 'contract_no', 'house_code',
    'division_code', 'tenant_name', 'breach_kind', 'occurred_on', 'description', 'evidence', 'breach_state', 'handled_on',
    'measures_taken', 'result', 'communication'
] %}

with

ours as (

    select * from {{ ref('std_anju__breach_report') }} where is_current = 1

),

-- A number our own store has ever told of is ours: deleting it here must not bring the business system's row back. Only raw
-- keeps every telling; the standardising model has no row for what was deleted on the day it came.
told as (

    select _key_hash from {{ source('raw', 'anju__breach_report') }}

),

theirs as (

    select * from {{ ref('std_operations__breach_report') }} where is_current = 1

),

dwellings as (

    select * from {{ ref('dwelling') }}

),

divisions as (

    select * from {{ ref('division') }}

),

contracts as (

    select
        contract_no,
        household_id,
        dwelling_id,
        tenant_person_id,
        starts_on,
        ends_on,
        terminated_on

    from {{ ref('contract') }}

),

told_of as (

    select {{ columns | join(', ') }}, 'anju' as record_source from ours
    union all
    select {{ columns | join(', ') }}, 'operations' as record_source from theirs
    where _key_hash not in (select _key_hash from told)

),

moved as (

    select 'anju' as of_source, * from {{ moved_records('anju.breach_report') }}
    union all
    select 'operations' as of_source, * from {{ moved_records('operations.breach_report') }}

),

records as (

    select
        told_of.*,
        {{ meant_dwelling_id('told_of.house_code') }} as said_dwelling_id,
        -- Who reports without knowing when it happened saw it that day.
        ifNull(told_of.occurred_on, told_of.reported_on) as breached_on

    from told_of
    left join moved on told_of.breach_no = moved.record_key and told_of.record_source = moved.of_source

),

-- Who reports a dwelling and no contract means whoever rented it then.
let_then as (

    select
        records.breach_no as breach_no,
        argMax(contracts.contract_no, (contracts.starts_on, contracts.contract_no)) as contract_no

    from records
    inner join contracts on contracts.dwelling_id = records.said_dwelling_id
    where records.contract_no = '' and records.said_dwelling_id != '' and contracts.starts_on <= records.breached_on
    group by records.breach_no

),

meant as (

    select
        records.*,
        if(records.contract_no != '', records.contract_no, let_then.contract_no) as meant_contract_no

    from records
    left join let_then on let_then.breach_no = records.breach_no

),

final as (

    select
        meant.breach_no as breach_no,
        meant.meant_contract_no as contract_no,
        contracts.household_id as household_id,
        contracts.tenant_person_id as tenant_person_id,
        dwellings.dwelling_id as dwelling_id,
        dwellings.project_id as project_id,
        if(dwellings.dwelling_id != '', dwellings.district_code, divisions.district_code) as district_code,
        if(dwellings.dwelling_id != '', dwellings.district_name, divisions.district_name) as district_name,
        if(dwellings.dwelling_id != '', dwellings.street_code, divisions.street_code) as street_code,
        if(dwellings.dwelling_id != '', dwellings.street_name, divisions.street_name) as street_name,
        if(dwellings.dwelling_id != '', dwellings.community_code, divisions.community_code) as community_code,
        if(dwellings.dwelling_id != '', dwellings.community_name, divisions.community_name) as community_name,
        meant.reporter_kind as reporter_kind,
        reporter_words.zh as reporter_kind_zh,
        meant.reporter_unit as reporter_unit,
        meant.reporter_name as reporter_name,
        meant.reporter_phone as reporter_phone,
        assumeNotNull(meant.reported_on) as reported_on,
        meant.tenant_name as tenant_name,
        meant.breach_kind as breach_kind,
        kind_words.zh as breach_kind_zh,
        assumeNotNull(meant.breached_on) as occurred_on,
        -- After the last day of the contract nobody is its tenant; who does not move out breaks it just then. NULL: the contract is not here.
        if(contracts.contract_no = '', null,
            meant.breach_kind != 'overstay'
            and ifNull(meant.breached_on > ifNull(contracts.terminated_on, contracts.ends_on), 0)) as is_after_contract,
        meant.description as description,
        meant.evidence as evidence,
        meant.breach_state as breach_state,
        -- Settled is handled, though the word for its state could not be read.
        toUInt8(meant.breach_state in ('reported', 'handling') or meant.breach_state = '' and meant.handled_on is null) as is_open,
        meant.handled_on as handled_on,
        meant.measures_taken as measures_taken,
        meant.result as result,
        meant.communication as communication,
        meant.record_source as record_source

    from meant
    left join contracts on contracts.contract_no = meant.meant_contract_no and meant.meant_contract_no != ''
    left join dwellings
        on dwellings.dwelling_id = if(contracts.dwelling_id != '', contracts.dwelling_id, meant.said_dwelling_id)
    left join divisions on divisions.division_code = meant.division_code and meant.division_code != ''
    left join {{ ref('code_breach_kind') }} as kind_words on kind_words.code = meant.breach_kind
    left join {{ ref('code_breach_reporter') }} as reporter_words on reporter_words.code = meant.reporter_kind

)

select * from final
