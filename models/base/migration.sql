{{ config(materialized='table', order_by=['migration_no']) }}

with

migrations as (

    select * from {{ ref('std_police__migration') }} where is_current = 1

),

final as (

    select
        migrations.migration_no as migration_no,
        {{ linked_person_id('migrations.id_number') }} as person_id,
        migrations.person_name as person_name,
        migrations.moved_in_on as moved_in_on,
        migrations.moved_out_on as moved_out_on,
        migrations.move_in_reason as move_in_reason,
        migrations.move_out_reason as move_out_reason,
        migrations.is_return as is_return

    from migrations
    {{ join_person_link('person_links', "'police.migration'", 'id_number', 'migrations._key_hash') }}

)

select * from final
