{#
  A model that follows what it reads (`meta: {follows: …}`, docs/decisions/0010-building-by-change.md) takes rows of some keys anew. Which rows
  of an input are meant: `columns` of it against the key, or against some columns `of` the key. All of them where the model is built whole.
#}
{% macro touched(columns, of='*') -%}
{%- if var('touched', '') -%}({{ columns }}) in (select {{ of }} from {{ var('touched') }}){%- else -%}true{%- endif -%}
{%- endmacro %}

{# Keys of the records of `relation` whose person is another, for `follows`. #}
{% macro keys_of_person_links(relation, dataset, field, key) -%}
select {{ key }} from {{ relation }}
    where _key_hash in (
        select reinterpretAsUInt128(reverse(unhex(splitByChar(':', record_key)[3]))) from {{ var('changed') }}
        where startsWith(record_key, '{{ dataset }}:{{ field }}:')
    )
{%- endmacro %}
