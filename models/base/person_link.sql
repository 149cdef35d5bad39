{{ config(materialized='view') }}

with

records as (

    select record_key, source_dataset, id_number from {{ ref('person_record') }}

),

final as (

    select
        records.record_key as record_key,
        records.source_dataset as source_dataset,
        {{ linked_person_id('records.id_number', 'links') }} as person_id,
        multiIf(links.person_id != '', links.how, records.id_number != '', 'number', '') as how,
        if(links.person_id != '', links.weight, 0) as weight

    from records
    left join {{ source('linkage', 'person_link') }} as links on records.record_key = links.record_key

)

select * from final
