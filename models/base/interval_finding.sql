{{ config(materialized='table', order_by=['rule', 'subject_no', 'other_no']) }}

{#- Days between readings of a meter that are a gap, and how far back readings are looked at. -#}
{% set gap_days = var('meter_gap_days', 7) %}
{% set looked_at_days = 92 %}
{% set looked_at_from = 'toStartOfMonth(' ~ as_of() ~ ' - ' ~ looked_at_days ~ ')' %}

with

dwellings as (

    select * from {{ ref('dwelling') }}

),

-- The day a dwelling is free again: the day of termination, or the day after the last day of the term.
contracts as (

    select
        contract_no,
        dwelling_id,
        house_code,
        contract_state,
        record_source,
        if(tenant_person_id != '', tenant_person_id, application_no) as tenant,
        starts_on,
        ends_on,
        least(coalesce(terminated_on, addDays(ends_on, 1)), addDays(ends_on, 1)) as free_on

    from {{ ref('contract') }}
    where contract_state != 'pending'

),

-- A contract renewed without a day between is one tenancy: who moved in under the first stays under the last.
renewals as (

    select
        *,
        max(free_on) over one_tenant as held_until,
        toUInt8(row_number() over (one_tenant_all) = 1) as is_first

    from contracts
    window
        one_tenant as (
            partition by dwelling_id, tenant order by starts_on, contract_no rows between unbounded preceding and 1 preceding
        ),
        one_tenant_all as (partition by dwelling_id, tenant order by starts_on, contract_no)

),

terms as (

    select
        *,
        sum(is_first or starts_on > held_until)
            over (partition by dwelling_id, tenant order by starts_on, contract_no rows unbounded preceding) as term

    from renewals

),

-- Of a contract that does not say whose or of what, nothing is known but itself.
tenancies as (

    select
        contract_no,
        dwelling_id = '' or tenant = '' as is_alone,
        if(is_alone, starts_on, min(starts_on) over one_tenancy) as since_on,
        if(is_alone, free_on, max(free_on) over one_tenancy) as until_on,
        if(is_alone, contract_state = 'active', max(contract_state = 'active') over one_tenancy) as is_active

    from terms
    window one_tenancy as (partition by dwelling_id, tenant, term)

),

occupants as (

    select * from {{ ref('contract_occupant') }}

),

-- Who ever lived in two dwellings, stay by stay; one that has no end lasts to today.
persons_stays as (

    select
        person_id,
        arraySort(groupArray((
            assumeNotNull(moved_in_on), assumeNotNull(coalesce(moved_out_on, addDays({{ as_of() }}, 1))), dwelling_id, occupant_no
        ))) as stays

    from occupants
    where person_id != '' and dwelling_id != '' and moved_in_on is not null
    group by person_id
    having uniqExact(dwelling_id) > 1

),

-- Meters of which as many days are missing as a gap has: of every other one it is known without its readings that there is none.
incomplete as (

    select meter_kind, meter_no
    from {{ ref('meter_month') }}
    where month >= {{ looked_at_from }}
    group by meter_kind, meter_no
    having sum(days) + {{ gap_days }} <= dateDiff('day', {{ looked_at_from }}, (select max(reading_date) from {{ ref('meter_day') }})) + 1

),

readings as (

    select
        meter_kind,
        meter_no,
        reading_date,
        min(reading_date) over one_meter as before_on

    from {{ ref('meter_day') }}
    where
        reading_date > {{ as_of() }} - {{ looked_at_days }}
        and (meter_kind, meter_no) in (select meter_kind, meter_no from incomplete)
    window one_meter as (
        partition by meter_kind, meter_no order by reading_date rows between 1 preceding and 1 preceding
    )

),

origins as (

    select person_id, native_division_code, native_division_status from {{ ref('person_origin') }}
    where native_division_status in ('never', 'ended')

),

found as (

    -- Overlaps.
    select
        'contracts_overlap' as rule, 'contract' as subject_kind, contract_no as subject_no, before_no as other_no,
        if(record_source = 'anju', 'anju.contract', 'operations.contract') as dataset,
        starts_on as from_on, least(free_on, taken_until) as to_on
    from (
        select
            *,
            max(free_on) over one_dwelling as taken_until,
            argMax(contract_no, free_on) over one_dwelling as before_no
        from contracts
        where dwelling_id != '' and free_on > starts_on
        window one_dwelling as (
            partition by dwelling_id order by starts_on, contract_no rows between unbounded preceding and 1 preceding
        )
    )
    where ifNull(before_no, '') != '' and taken_until > starts_on
    union all
    select
        'occupant_outside_contract', 'occupant', occupants.occupant_no, occupants.contract_no, 'operations.occupant',
        occupants.moved_in_on, coalesce(occupants.moved_out_on, {{ as_of() }})
    from occupants
    inner join tenancies on occupants.contract_no = tenancies.contract_no
    where occupants.moved_in_on < tenancies.since_on
        or (occupants.moved_out_on is null and tenancies.until_on <= {{ as_of() }} and not tenancies.is_active)
        or occupants.moved_out_on > tenancies.until_on
    union all
    select
        'person_in_two_dwellings', 'occupant', stay.4, before.4, 'operations.occupant', stay.1, least(stay.2, before.2)
    from (
        select stays, stay, at
        from persons_stays
        array join stays as stay, arrayEnumerate(stays) as at
    )
    array join arraySlice(stays, 1, at - 1) as before
    where before.3 != stay.3 and before.2 > stay.1
    order by before.2 desc
    limit 1 by stay.4
    union all
    select
        'meter_of_two_dwellings', 'meter', meter_no, house_code, 'property.house_registry', cast(null, 'Nullable(Date32)'), cast(null, 'Nullable(Date32)')
    from {{ ref('meter') }}
    where dwellings > 1
    union all
    -- Orphans.
    select
        'contract_without_dwelling', 'contract', contract_no, house_code,
        if(record_source = 'anju', 'anju.contract', 'operations.contract'), starts_on, free_on
    from contracts
    where contract_state = 'active' and dwelling_id not in (select dwelling_id from dwellings)
    union all
    select
        'occupant_without_contract', 'occupant', occupant_no, contract_no, 'operations.occupant', moved_in_on, moved_out_on
    from occupants
    where contract_no not in (select contract_no from {{ ref('contract') }})
    union all
    select
        'meter_without_dwelling', 'meter', meter_no, '', concat('utilities.', meter_kind, '_reading'), min(reading_date), max(reading_date)
    from {{ ref('meter_day') }}
    where
        reading_date > {{ as_of() }} - {{ looked_at_days }}
        and (meter_kind, meter_no) in (
            select meter_kind, meter_no from {{ ref('meter_month') }}
            where month >= {{ looked_at_from }} and (meter_kind, meter_no) not in (select meter_kind, meter_no from {{ ref('meter') }})
        )
    group by meter_kind, meter_no
    union all
    -- A number whose first digits were no division when it can have been given; of provinces the list is complete for (anju divisions load).
    select
        if(origins.native_division_status = 'never', 'number_of_no_division', 'number_of_ended_division'),
        'division', origins.native_division_code, origins.person_id, sources.source_dataset, null, null
    from origins
    inner join (
        select person_id, source_dataset, id_number from {{ ref('person_source') }} where person_id in (select person_id from origins)
    ) as sources on origins.person_id = sources.person_id
    where substring(sources.id_number, 1, 6) = origins.native_division_code
    union all
    -- Gaps.
    select
        'let_without_contract', 'dwelling', house_code, '', 'operations.dwelling', {{ as_of() }}, {{ as_of() }}
    from dwellings
    where dwelling_state = 'let'
        and dwelling_id not in (
            select dwelling_id from contracts where starts_on <= {{ as_of() }} and free_on > {{ as_of() }}
        )
    union all
    select
        'meter_reading_gap', 'meter', meter_no, '', concat('utilities.', meter_kind, '_reading'), before_on, reading_date
    from readings
    where toUInt16(before_on) > 0 and dateDiff('day', before_on, reading_date) > {{ gap_days }}

),

final as (

    select
        found.rule as rule,
        {{ interval_rule_zh('found.rule') }} as rule_zh,
        found.dataset as dataset,
        {{ agency_of('found.dataset') }} as agency,
        found.subject_kind as subject_kind,
        ifNull(found.subject_no, '') as subject_no,
        ifNull(found.other_no, '') as other_no,
        cast(found.from_on, 'Nullable(Date32)') as from_on,
        cast(found.to_on, 'Nullable(Date32)') as to_on,
        {{ as_of() }} as as_of

    from found

)

select * from final
