{# Records that name a person, and who that is: the linkage's answer where there is one, else the number's own. #}

{# One key a record and field: `operations.occupant:id_number:<hash of the row's key>`. `dataset` is SQL. #}
{% macro record_key(dataset, field, key_hash) -%}
concat({{ dataset }}, ':{{ field }}:', lower(hex({{ key_hash }})))
{%- endmacro %}

{# `of` has the records: where only some keys are taken anew, links of other records are not read. #}
{% macro join_person_link(alias, dataset, field, key_hash, of='') -%}
left join {% if of and var('touched', '') -%}
    (select * from {{ source('linkage', 'person_link') }} where record_key in (select {{ record_key(dataset, field, '_key_hash') }} from {{ of }}))
    {%- else %}{{ source('linkage', 'person_link') }}{% endif %} as {{ alias }} on {{ alias }}.record_key = {{ record_key(dataset, field, key_hash) }}
{%- endmacro %}

{% macro linked_person_id(id_number, link='person_links') -%}
{#- Of a number merged away every record has a link, so that the number's own id is all that is left to ask for. -#}
if({{ link }}.person_id != '', {{ link }}.person_id, {{ resolved_id('person', id_number) }})
{%- endmacro %}

{# The same of a statement of the past, which may have had another number than the record has today: whose number it is. #}
{% macro person_of_statement(id_number, link='person_links') -%}
if({{ link }}.person_id != '', {{ link }}.person_id, {{ person_id(id_number) }})
{%- endmacro %}

{# What one data set says of people, one row a record and field. What it does not say stays ''. #}
{% macro person_record_of(
    dataset, relation, field='id_number', person_name='person_name', sex_code="''", birth_date='null', phone="''", employer="''",
    address="''", application_no="''", register_no="''"
) -%}
    select
        {{ record_key("'" ~ dataset ~ "'", field, '_key_hash') }} as record_key,
        '{{ dataset }}' as source_dataset,
        {{ field }} as id_number,
        {{ person_name }} as person_name,
        {{ sex_code }} as sex_code,
        cast({{ birth_date }}, 'Nullable(Date32)') as birth_date,
        {{ phone }} as phone,
        {{ employer }} as employer,
        {{ address }} as address,
        {{ application_no }} as application_no,
        {{ register_no }} as register_no
    from {{ relation }}
    where is_current = 1
{%- endmacro %}
