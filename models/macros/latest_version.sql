{# A fact delivered again under the same key is a correction: the row of the latest business date holds, the last delivered among
   those. Ends a select over a std_ append set. #}

{% macro latest_version(key) -%}
order by {{ key }}, _business_date desc, _batch_id desc, _row_no desc
    limit 1 by {{ key }}
{%- endmacro %}
