{# No row of a source is lost or counted twice on the way to an entity: `actual` over the model equals the number `expected`. #}
{% test reconciles(model, expected, actual='count()') %}
select ours, theirs
from (select toInt64({{ actual }}) as ours from {{ model }}) as a
cross join (select toInt64({{ expected }}) as theirs) as b
where ours != theirs
{% endtest %}
