{#
  Resolved identities. A number that failed its checks arrives as '' and never becomes a key: its identity is '' too.

  A number or code makes an id by itself (`resolved_id`). What was merged keeps the id of the one it was merged into: `person_id`,
  `enterprise_id` and `dwelling_id` look that up, so whatever hashes a code follows merges, and their undoing, at the next run.
#}

{% macro resolved_id(kind, number) -%}
{#- A household has the number of its earliest application for an id. -#}
{% if kind == 'household' %}{{ number }}{% else -%}
if({{ number }} = '', '', lower(hex(sipHash128('{{ kind }}', {{ number }}))))
{%- endif %}
{%- endmacro %}

{# The id an id was merged into, by a table of left_id and kept_id; itself where it was not. Scalars: no join, and nothing to pay where nothing was merged. #}
{% macro kept_id(id, merged) -%}
{{ kept_value(id, merged, 'left_id', 'kept_id') }}
{%- endmacro %}

{% macro kept_code(code, merged) -%}
{{ kept_value(code, merged, 'left_code', 'kept_code') }}
{%- endmacro %}

{% macro kept_value(value, merged, left, kept) -%}
transform({{ value }}, (select arraySort(groupArray(({{ left }}, {{ kept }}))).1 from {{ merged }}), (select arraySort(groupArray(({{ left }}, {{ kept }}))).2 from {{ merged }}))
{%- endmacro %}

{% macro person_id(id_number) -%}
{{ kept_id(resolved_id('person', id_number), source('linkage', 'person_merged')) }}
{%- endmacro %}

{% macro enterprise_id(credit_code) -%}
{{ kept_id(resolved_id('enterprise', credit_code), ref('enterprise_merged')) }}
{%- endmacro %}

{% macro dwelling_id(house_code) -%}
{{ kept_id(resolved_id('dwelling', house_code), ref('dwelling_merged')) }}
{%- endmacro %}

{#- Both ids of what changed in a table of merges: what says either of them is taken anew, for `follows`. -#}
{% macro merged_ids() -%}
(select arrayJoin([left_id, kept_id]) from {{ var('changed') }})
{%- endmacro %}

{#- Two codes that people decided to be one thing: `decided` is the seed, a chain of decisions ends in the last kept. -#}
{% macro merged_codes(decided, kind, said, means) -%}
select
    {{ said }} as left_code,
    min({{ means }}) as kept_code,
    {{ resolved_id(kind, 'left_code') }} as left_id,
    {{ resolved_id(kind, 'kept_code') }} as kept_id

from {{ decided }}
where {{ said }} != '' and verdict = 'same' and {{ said }} != {{ means }}
group by {{ said }}
{%- endmacro %}
