{{ config(materialized='view', meta={'counted': false}) }}

{#- Which meter served a dwelling: what else changes of a house makes no new row. -#}
{% macro meters_told(kind) -%}
(
    select
        house_code, {{ kind }}_meter_no as meter_no, valid_from, valid_to, known_from, known_to, is_current, _business_date,
        _key_hash, _batch_id, _row_no,
        if({{ kind }}_meter_no = '', 1, is_deleted) as is_deleted,
        cityHash64({{ kind }}_meter_no) as _version_hash
    from {{ ref('std_property__house_registry') }}
)
{%- endmacro %}

{% for kind in ['water', 'electricity', 'gas'] -%}
select {{ dwelling_id('told.house_code') }} as dwelling_id, '{{ kind }}' as meter_kind, told.* except (_version_hash)
from {{ history_of(meters_told(kind), 'house_code') }} as told
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
