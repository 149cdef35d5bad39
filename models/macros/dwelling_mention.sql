{#
  One data set's mentions of dwellings, in the columns base.dwelling_record takes apart. What a data set does not say stays ''.
  `key` names the record in its data set; a key that comes several times (a row an owner) counts once, with the fullest of each value.
  A record is taken anew where its key was touched.
#}

{% macro dwelling_mention(
    dataset, relation, key, house_code="''", unit_code="''", address="''", district="''", contract_no="''", where='is_current = 1'
) -%}
    select
        '{{ dataset }}' as source_dataset,
        said_key as record_key,
        max(said_house_code) as house_code,
        max(said_unit_code) as unit_code,
        argMax(said_address, (length(said_address), said_address)) as address,
        max(said_district) as district,
        max(said_contract_no) as contract_no
    from (
        select
            {{ key }} as said_key,
            {{ house_code }} as said_house_code,
            {{ unit_code }} as said_unit_code,
            {{ address }} as said_address,
            {{ district }} as said_district,
            {{ contract_no }} as said_contract_no
        from {{ relation }}
        where {{ where }}
    )
    where said_key != '' and {{ touched("'" ~ dataset ~ "', said_key") }}
    group by said_key
{%- endmacro %}

{# Keys of a data set's records among the changed rows of its table, for `follows`. #}
{% macro mention_keys(dataset, key) -%}
select '{{ dataset }}' as source_dataset, {{ key }} as record_key from {{ var('changed') }}
{%- endmacro %}

{#- 安居家园小区 and 安居家园 are one compound; 安居小区 keeps its name, for 安居 alone could be 安居新村. -#}
{% macro compound_core(compound) -%}
if(lengthUTF8({{ compound }}) > 4, replaceRegexpOne({{ compound }}, '(?:住宅)?小区$', ''), {{ compound }})
{%- endmacro %}

{#- Two spellings of one part agree where either leaves it out. -#}
{% macro agrees(left, right) -%}
({{ left }} = '' or {{ right }} = '' or {{ left }} = {{ right }})
{%- endmacro %}

{#- The links of one data set's records: of_key, dwelling_id, and the house code of the dwelling meant where a register knows it. -#}
{% macro dwelling_links(dataset) -%}
select record_key as of_key, dwelling_id, house_code from {{ ref('dwelling_link') }} where source_dataset = '{{ dataset }}'
{%- endmacro %}

{#- Records of one data set that mean another dwelling than their house code makes by itself; few. -#}
{% macro moved_records(dataset) -%}
(select record_key, dwelling_id, house_code from {{ ref('dwelling_moved') }} where source_dataset = '{{ dataset }}')
{%- endmacro %}

{#- The dwelling of a record: that of its link where it means another than its house code makes by itself. `moved` is joined by the record's key. -#}
{% macro meant_dwelling_id(house_code, moved='moved') -%}
if({{ moved }}.dwelling_id != '', {{ moved }}.dwelling_id, {{ resolved_id('dwelling', house_code) }})
{%- endmacro %}

{% macro meant_house_code(house_code, moved='moved') -%}
if({{ moved }}.dwelling_id != '', {{ moved }}.house_code, {{ house_code }})
{%- endmacro %}
