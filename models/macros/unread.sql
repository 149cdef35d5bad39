{#- What rows in quarantine tell though they cannot be read: somebody paid, somebody lives there. Nothing is held against who is named in one. -#}

{#- Rows of a data set in quarantine by the names (numbers of bills, accounts, persons) in them: `row_text`, `named`. -#}
{% macro named_in_quarantine(dataset) -%}
select distinct row_text, arrayJoin(extractAll(row_text, '[0-9A-Za-z_-]{3,}')) as named
from {{ source('meta', 'quarantine') }}
where dataset = '{{ dataset }}'
{%- endmacro %}

{#- Whether a row's text names a month or one of the two after it, within which it is paid at the latest: 2026-10-23, 2026年9月3日, 20261023. -#}
{% macro tells_of_month(row_text, month) -%}
arrayExists(
    later -> match({{ row_text }}, concat(
        toString(toYear(addMonths({{ month }}, later))), '[^0-9]{1,3}0?', toString(toMonth(addMonths({{ month }}, later))), '[^0-9]|',
        toString(toYYYYMM(addMonths({{ month }}, later)))
    )),
    [0, 1, 2]
)
{%- endmacro %}
