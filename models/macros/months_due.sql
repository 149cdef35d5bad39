{#-
  A mart by the month makes rows of the months alone whose `inputs_hash` is another than its rows have. It sums these hashes up in `inputs` (month,
  inputs_hash) and says `due as ({{ months_due() }})`: one value, for what is asked for in two texts is worked out twice.
-#}
{% macro months_due() -%}
select (groupArray(month), groupArray(inputs_hash)) as months
    from inputs
    {%- if is_incremental() %}
    where (month, inputs_hash) not in (select distinct month, inputs_hash from {{ this }})
    {%- endif %}
{%- endmacro %}

{% macro is_due(month) -%}
has((select months from due).1, {{ month }})
{%- endmacro %}

{% macro due_hash(month) -%}
(select months from due).2[indexOf((select months from due).1, {{ month }})]
{%- endmacro %}
