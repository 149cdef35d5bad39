{# A fact delivered again under the same key is a correction: the last delivered row holds. Ends a select over a std_ append set. #}

{% macro latest_version(key) -%}
order by {{ key }}, _batch_id desc, _row_no desc
    limit 1 by {{ key }}
{%- endmacro %}
