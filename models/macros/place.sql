{# The six columns that place a row; every entity that knows its place carries exactly these, from base.division or a table that has them. #}

{% macro division_columns(relation) -%}
{{ relation }}.district_code as district_code,
        {{ relation }}.district_name as district_name,
        {{ relation }}.street_code as street_code,
        {{ relation }}.street_name as street_name,
        {{ relation }}.community_code as community_code,
        {{ relation }}.community_name as community_name
{%- endmacro %}

{# The same six from two rows of base.division: the finer one where it is known, else the coarser. #}

{% macro finest_division_columns(finer, coarser) -%}
{% for level in ['district', 'street', 'community'] -%}
if({{ finer }}.division_code != '', {{ finer }}.{{ level }}_code, {{ coarser }}.{{ level }}_code) as {{ level }}_code,
        if({{ finer }}.division_code != '', {{ finer }}.{{ level }}_name, {{ coarser }}.{{ level }}_name) as {{ level }}_name
        {%- if not loop.last %},
        {% endif %}
{%- endfor %}
{%- endmacro %}
