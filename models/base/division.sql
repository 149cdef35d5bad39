{{ config(materialized='table', order_by=['division_code']) }}

with

delivered as (

    select * from {{ ref('std_geography__division') }} where is_current = 1

),

-- The length of a code says what it names (GB/T 2260, GB/T 10114); the word the source sends may be missing.
levelled as (

    select
        delivered.division_code as division_code,
        delivered.division_name as division_name,
        delivered.parent_code as parent_code,
        multiIf(
            length(delivered.division_code) = 12, 'community',
            length(delivered.division_code) = 9, 'street',
            endsWith(delivered.division_code, '00'), 'city',
            'district'
        ) as level,
        delivered.tile_x as tile_x,
        delivered.tile_y as tile_y,
        delivered.population as population

    from delivered

),

-- The row itself and its ancestors, nearest first: a community has at most street, district and city above it.
lines as (

    select
        levelled.division_code as division_code,
        [
            (levelled.level, levelled.division_code, levelled.division_name),
            (parent.level, parent.division_code, parent.division_name),
            (grandparent.level, grandparent.division_code, grandparent.division_name)
        ] as line

    from levelled
    left join levelled as parent on levelled.parent_code = parent.division_code
    left join levelled as grandparent on parent.parent_code = grandparent.division_code

),

final as (

    select
        levelled.division_code as division_code,
        levelled.division_name as division_name,
        levelled.level as level,
        levelled.parent_code as parent_code,
        arrayFirst(step -> step.1 = 'district', lines.line).2 as district_code,
        arrayFirst(step -> step.1 = 'district', lines.line).3 as district_name,
        arrayFirst(step -> step.1 = 'street', lines.line).2 as street_code,
        arrayFirst(step -> step.1 = 'street', lines.line).3 as street_name,
        arrayFirst(step -> step.1 = 'community', lines.line).2 as community_code,
        arrayFirst(step -> step.1 = 'community', lines.line).3 as community_name,
        levelled.tile_x as tile_x,
        levelled.tile_y as tile_y,
        levelled.population as population

    from levelled
    inner join lines on levelled.division_code = lines.division_code

)

select * from final
