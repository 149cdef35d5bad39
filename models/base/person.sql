{{ config(materialized='table', order_by=['person_id'], meta={'follows': {
    'key': ['person_id'],
    'inputs': {
        'person_source': {
            'columns': ['person_id'],
            'keys': "select person_id from {{ var('changed') }}",
            'aside': "{{ touched('person_id') }}"
        },
        'register': {
            'columns': ['person_id'],
            'keys': "select person_id from {{ var('changed') }} where person_id != ''"
        },
        'enterprise_merged': {
            'columns': ['left_id', 'kept_id'],
            'keys': "select person_id from {{ this }} where employer_enterprise_id in {{ merged_ids() }}"
        }
    }
} }) }}

with

sources as (

    select * from {{ ref('person_source') }} where {{ touched('person_id') }}

),

-- The rank of a data set for every attribute, and those for one attribute alone.
priorities as (

    select
        ranks.source_dataset as source_dataset,
        minIf(ranks.priority, ranks.attribute = '*') as priority,
        cast(
            (groupArrayIf(ranks.attribute, ranks.attribute != '*'), groupArrayIf(ranks.priority, ranks.attribute != '*')),
            'Map(String, UInt16)'
        ) as by_attribute

    from {{ ref('source_priority') }} as ranks
    where ranks.entity = 'person'
    group by ranks.source_dataset

),

registers as (

    select * from {{ ref('register') }} where person_id != '' and {{ touched('person_id') }}
    -- A row whose number was wrong may have been linked to a person who is registered anyway.
    order by person_id, moved_in_on desc, register_no
    limit 1 by person_id

),

-- The number itself states birth date and sex (GB 11643-1999): one more source, with its own priority.
spoken as (

    select
        sources.person_id as person_id,
        sources.source_dataset as source_dataset,
        sources.id_number as id_number,
        sources.is_own_number as is_own_number,
        sources.person_name as person_name,
        sources.sex_code as sex_code,
        sources.ethnicity_code as ethnicity_code,
        sources.birth_date as birth_date,
        sources.phone as phone,
        sources.marital_status as marital_status,
        sources.employer as employer,
        sources.employer_credit_code as employer_credit_code

    from sources

    union all

    -- Of people with several numbers, that which their id is made of.
    select distinct
        sources.person_id as person_id,
        'id_number' as source_dataset,
        sources.id_number as id_number,
        sources.is_own_number as is_own_number,
        '' as person_name,
        if(toUInt8OrZero(substring(sources.id_number, 17, 1)) % 2 = 1, '1', '2') as sex_code,
        '' as ethnicity_code,
        toDate32OrNull(substring(sources.id_number, 7, 8)) as birth_date,
        '' as phone,
        '' as marital_status,
        '' as employer,
        '' as employer_credit_code

    from sources
    -- Passports, permits and other certificates say neither.
    where sources.is_own_number = 1 and match(sources.id_number, '^[0-9]{17}[0-9X]$')

),

-- A data set that nobody has ranked comes last, not first.
ranked as (

    select
        spoken.*,
        if(priorities.source_dataset = '', 1000, priorities.priority) as priority,
        priorities.by_attribute as by_attribute,
        -- Of one data set the number the identity is made of speaks first.
        if(spoken.is_own_number = 1, spoken.source_dataset, concat(spoken.source_dataset, ' ', spoken.id_number)) as rank_name

    from spoken
    left join priorities on spoken.source_dataset = priorities.source_dataset

),

merged as (

    select
        ranked.person_id as person_id,
        if(countIf(ranked.is_own_number = 1) > 0, anyIf(ranked.id_number, ranked.is_own_number = 1), min(ranked.id_number)) as id_number,
        argMinIf((ranked.person_name, ranked.source_dataset), {{ source_rank('person_name') }}, ranked.person_name != '')
            as name,
        argMinIf((ranked.sex_code, ranked.source_dataset), {{ source_rank('sex_code') }}, ranked.sex_code != '') as sex,
        argMinIf(
            (ranked.birth_date, ranked.source_dataset), {{ source_rank('birth_date') }}, ranked.birth_date is not null
        ) as birth,
        argMinIf((ranked.ethnicity_code, ranked.source_dataset), {{ source_rank('ethnicity_code') }}, ranked.ethnicity_code != '')
            as ethnicity,
        argMinIf((ranked.phone, ranked.source_dataset), {{ source_rank('phone') }}, ranked.phone != '') as phone,
        argMinIf(
            (ranked.marital_status, ranked.source_dataset), {{ source_rank('marital_status') }}, ranked.marital_status != ''
        ) as marital,
        argMinIf(
            (ranked.employer, ranked.employer_credit_code, ranked.source_dataset),
            {{ source_rank('employer') }},
            ranked.employer != ''
        ) as employment,
        toUInt32(uniqExactIf(ranked.person_name, ranked.person_name != '')) as distinct_names,
        toUInt32(uniqExactIf(ranked.source_dataset, ranked.source_dataset != 'id_number')) as source_datasets

    from ranked
    group by ranked.person_id

),

final as (

    select
        merged.person_id as person_id,
        merged.id_number as id_number,
        {{ certificate_kind_of('merged.id_number') }} as certificate_kind,
        merged.name.1 as person_name,
        merged.sex.1 as sex_code,
        merged.birth.1 as birth_date,
        merged.ethnicity.1 as ethnicity_code,
        merged.phone.1 as phone,
        merged.marital.1 as marital_status,
        merged.employment.1 as employer,
        {{ enterprise_id('merged.employment.2') }} as employer_enterprise_id,
        registers.is_local as local_register,
        registers.register_kind as register_kind,
        registers.register_no as register_no,
        registers.register_address as register_address,
        {{ division_columns('registers') }},
        merged.name.2 as person_name_source,
        merged.sex.2 as sex_source,
        merged.birth.2 as birth_date_source,
        merged.ethnicity.2 as ethnicity_source,
        merged.phone.2 as phone_source,
        merged.marital.2 as marital_status_source,
        merged.employment.3 as employer_source,
        merged.distinct_names as distinct_names,
        merged.source_datasets as source_datasets

    from merged
    left join registers on merged.person_id = registers.person_id

)

select * from final
