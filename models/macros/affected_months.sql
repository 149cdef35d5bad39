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

{#
  The same by the day. `known_column` of the published table counts the delivered rows about the day itself, and never more of them than there
  were: so a day of which as many are known as there are now was told nothing.
#}
{% macro changed_days(date_column, delivered, known_column) -%}
    select day from (
        select {{ date_column }} as day, count() as delivered, 0 as known from {{ delivered }} group by day
        union all
        select {{ date_column }} as day, 0 as delivered, sum({{ known_column }}) as known from {{ this }} group by day
    )
    group by day
    having sum(delivered) != sum(known)
{%- endmacro %}
