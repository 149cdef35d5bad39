{#
  A model that says `meta: {in_parts: [inputs]}` is built whole a part at a time where its inputs have more rows than `part_rows`
  (pipelines/dbt/passes.ts): what a window sorts of a city's readings fits no statement's memory. `number` tells rows apart that no window
  and no group needs together. All rows where there is one part, as dbt runs it.
#}
{% macro in_part(number) -%}
{%- if var('part_count', 1) > 1 -%}{{ number }} % {{ var('part_count') }} = {{ var('part') }}{%- else -%}true{%- endif -%}
{%- endmacro %}
