{{ config(materialized='table', order_by=['said_compound', 'said_district', 'said_building']) }}

{#
  What people call a compound or a building, and what the register calls it. Staff decide (the seed, which a run fills from the
  operational store); beside them stands what records with a good code teach: three or more of them give the compound of their
  address another name, and all mean the same one.
#}

with

records as (

    select * from {{ ref('dwelling_record') }}

),

registered as (

    select house_code, unit_code, {{ compound_core('compound') }} as compound, district from records
    where source_dataset = 'property.house_registry' and compound != ''

),

decided as (

    select * from {{ ref('decided_address_alias') }}

),

taught as (

    select
        records.district as said_district,
        {{ compound_core('records.compound') }} as said,
        min(registered.district) as means_district,
        min(registered.compound) as means_compound,
        count() as witnesses

    from records
    inner join registered on records.unit_code = registered.unit_code
    where
        records.source_dataset != 'property.house_registry' and records.unit_code != '' and records.compound != ''
        and said != registered.compound
    group by said_district, said
    having uniqExact(registered.compound) = 1 and witnesses >= 3

),

final as (

    select
        said_district,
        said_compound,
        said_building,
        means_district,
        means_compound,
        means_building,
        decided_by,
        toUInt32(0) as witnesses
    from decided
    where means_compound != ''

    union all

    select
        taught.said_district as said_district,
        taught.said as said_compound,
        '' as said_building,
        taught.means_district as means_district,
        taught.means_compound as means_compound,
        '' as means_building,
        'records' as decided_by,
        toUInt32(taught.witnesses) as witnesses
    from taught
    -- A name some compound of the register bears is that compound; what staff decided, also against an alias, stands.
    where
        (taught.said_district, taught.said) not in (select district, compound from registered)
        and taught.said not in (select said_compound from decided)

)

select * from final
