{#
  Which months of a monthly fact a run must build again: those where the data set holds more delivered rows than the table
  published accounts for (`deliveries` counts them), and so each month a new delivery touched, however late it came.
  Needs no watermark, and an interrupted run is found by the next. Data sets of facts only ever grow.
#}

{% macro changed_months(date_column, delivered) -%}
    select month from (
        select toStartOfMonth(assumeNotNull({{ date_column }})) as month, count() as delivered, 0 as known
        from {{ delivered }} group by month
        union all
        select toStartOfMonth({{ date_column }}) as month, 0 as delivered, sum(deliveries) as known
        from {{ this }} group by month
    )
    group by month
    having sum(delivered) != sum(known)
{%- endmacro %}
