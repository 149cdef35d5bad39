{#-
  `+schema: mart_supply` means the database mart_supply, not <target>_mart_supply. Both Anju's runner and the dbt command
  line ask this macro, so a model is in the same place whoever built it.
-#}
{% macro generate_schema_name(custom_schema_name=none, node=none) -%}
  {%- if custom_schema_name is none or custom_schema_name == '' -%}
    {{ target.schema }}
  {%- else -%}
    {{ custom_schema_name | trim }}
  {%- endif -%}
{%- endmacro %}
