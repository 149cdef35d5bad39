{# The four tests every dbt project has. A project's own macro of the same name replaces one. A row of the answer is a failure. #}

{% test not_null(model, column_name) %}
select {{ column_name }} from {{ model }} where {{ column_name }} is null
{% endtest %}

{% test unique(model, column_name) %}
select {{ column_name }} as unique_field, count() as n_records
from {{ model }}
where {{ column_name }} is not null
group by {{ column_name }}
having n_records > 1
{% endtest %}

{% test accepted_values(model, column_name, values, quote=true) %}
select {{ column_name }} as value_field, count() as n_records
from {{ model }}
where {{ column_name }} is not null
  and toString({{ column_name }}) not in (
    {%- for value in values -%}
      '{{ value | string | replace("\\", "\\\\") | replace("'", "\\'") }}'{% if not loop.last %}, {% endif %}
    {%- endfor -%}
  )
group by value_field
{% endtest %}

{% test relationships(model, column_name, to, field) %}
select {{ column_name }} as from_field
from {{ model }}
where {{ column_name }} is not null
  and {{ column_name }} not in (select {{ field }} from {{ to }} where {{ field }} is not null)
{% endtest %}
