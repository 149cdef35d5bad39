{# Resolved identities. A number that failed its checks arrives as '' and never becomes a key: its identity is '' too. #}

{% macro resolved_id(kind, number) -%}
if({{ number }} = '', '', lower(hex(sipHash128('{{ kind }}', {{ number }}))))
{%- endmacro %}

{% macro person_id(id_number) -%}
{{ resolved_id('person', id_number) }}
{%- endmacro %}

{% macro enterprise_id(credit_code) -%}
{{ resolved_id('enterprise', credit_code) }}
{%- endmacro %}

{% macro dwelling_id(house_code) -%}
{{ resolved_id('dwelling', house_code) }}
{%- endmacro %}
