{{ config(materialized='table', order_by=['division_code']) }}

{#- Every code of a division anybody names: the national list with its abolished codes (GB/T 2260), and the city's own, which an agency delivers. -#}
with

listed as (

    select
        national.code as division_code,
        national.name as division_name,
        toDate32OrNull(if(length(national.valid_from) = 4, concat(national.valid_from, '-01-01'), national.valid_from)) as valid_from,
        toDate32OrNull(if(length(national.valid_to) = 4, concat(toString(toUInt16(national.valid_to) + 1), '-01-01'), national.valid_to)) as valid_to,
        national.successor as successor,
        national.current_code as current_code

    from {{ ref('national_division') }} as national

),

-- A code may have had several periods: its name is that of the last.
coded as (

    select
        listed.division_code as division_code,
        argMax(listed.division_name, (ifNull(listed.valid_to, toDate32('2299-12-31')), ifNull(listed.valid_from, toDate32('1900-01-01')))) as division_name,
        if(countIf(listed.valid_from is null) > 0, null, min(listed.valid_from)) as valid_from,
        if(countIf(listed.valid_to is null) > 0, null, max(listed.valid_to)) as valid_to,
        arraySort(groupUniqArrayIf(listed.successor, listed.successor != '')) as successors,
        max(listed.current_code) as current_code

    from listed
    group by listed.division_code

),

delivered as (

    select
        division.division_code as division_code,
        division.division_name as division_name

    from {{ ref('division') }} as division
    where division.division_code not in (select coded.division_code from coded)

),

final as (

    select
        coded.division_code as division_code,
        coded.division_name as division_name,
        coded.valid_from as valid_from,
        coded.valid_to as valid_to,
        coded.successors as successors,
        coded.current_code as current_code,
        'national' as listed_by

    from coded

    union all

    select
        delivered.division_code as division_code,
        delivered.division_name as division_name,
        cast(null, 'Nullable(Date32)') as valid_from,
        cast(null, 'Nullable(Date32)') as valid_to,
        cast([], 'Array(String)') as successors,
        delivered.division_code as current_code,
        'city' as listed_by

    from delivered

)

select
    final.division_code as division_code,
    final.division_name as division_name,
    multiIf(
        length(final.division_code) = 12, 'community',
        length(final.division_code) = 9, 'street',
        endsWith(final.division_code, '0000'), 'province',
        endsWith(final.division_code, '00'), 'city',
        'district'
    ) as level,
    final.valid_from as valid_from,
    final.valid_to as valid_to,
    final.successors as successors,
    final.current_code as current_code,
    final.listed_by as listed_by
from final
