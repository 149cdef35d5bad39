{#- Generic tests of the project: `test` blocks whose rows are failures. Answers hold keys and counts, never personal values. -#}

{#- The model has as many rows as another: `row_count_equals: {to: ref('x'), to_where: "is_current = 1"}`. -#}
{% test row_count_equals(model, to, to_where='1') %}
select ours, theirs
from (select count() as ours from {{ model }}) as a
cross join (select count() as theirs from {{ to }} where {{ to_where }}) as b
where ours != theirs
{% endtest %}

{#- A sum over the model equals the same sum elsewhere: nothing lost, nothing counted twice on the way. -#}
{% test sum_equals(model, expression, to, to_expression, to_where='1') %}
select ours, theirs
from (select sum({{ expression }}) as ours from {{ model }}) as a
cross join (select sum({{ to_expression }}) as theirs from {{ to }} where {{ to_where }}) as b
where ours != theirs
{% endtest %}

{#- Rows of one key do not overlap in time; `from` is inside the interval, `to` is not. -#}
{% test no_overlap(model, key, valid_from, valid_to) %}
select interval_key, interval_from
from (
    select
        {{ key }} as interval_key,
        {{ valid_from }} as interval_from,
        max({{ valid_to }}) over (
            partition by {{ key }} order by {{ valid_from }}, {{ valid_to }} rows between unbounded preceding and 1 preceding
        ) as reached,
        row_number() over (partition by {{ key }} order by {{ valid_from }}, {{ valid_to }}) as position
    from {{ model }}
)
where position > 1 and reached > interval_from
{% endtest %}

{#- Several columns together identify a row. -#}
{% test unique_combination(model, columns) %}
select {{ columns | join(', ') }}, count() as copies
from {{ model }}
group by {{ columns | join(', ') }}
having copies > 1
{% endtest %}

{#- An expression holds for every row; NULL counts as a failure. -#}
{% test expression_is_true(model, expression, column_name=none) %}
select 1 as failing
from {{ model }}
where not coalesce(toBool({{ expression }}), false)
{% endtest %}

{#- A share, count or amount stays inside bounds, both included. -#}
{% test between(model, column_name, min_value=none, max_value=none) %}
select 1 as failing
from {{ model }}
where {{ column_name }} is not null and (
    {%- if min_value is not none %} {{ column_name }} < {{ min_value }} {% else %} false {% endif -%} or
    {%- if max_value is not none %} {{ column_name }} > {{ max_value }} {% else %} false {% endif -%}
)
{% endtest %}
