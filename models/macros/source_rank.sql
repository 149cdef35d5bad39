{#
  Whose word counts first, by the seed `source_priority` (002:121; staff may change it, pipelines/cleaning/priority.ts).

  `source_rank`: the rank of what one row of `ranked` says, for entities whose sources are rows (base.person).
  `source_order`: the data sets that speak of an attribute, best first, then those nobody has ranked; one scalar, read once a statement.
  `source_place`: the rank of a data set in it, for entities whose sources are rows of several attributes (base.enterprise).
  `first_told`: for entities whose sources are joined: of pairs [value, data set] the best that has a value (`has`), as (value, data set).
#}

{% macro source_rank(attribute) %}(if(mapContains(ranked.by_attribute, '{{ attribute }}'), ranked.by_attribute['{{ attribute }}'], ranked.priority), ranked.rank_name){% endmacro %}

{#- Every attribute's order in one scalar: written the same wherever it is asked for, it is read once a statement. -#}
{% macro source_order(entity, attribute, told=[]) -%}
arrayConcat((
    select cast((groupArray(orders.attribute), groupArray(orders.sources)), 'Map(String, Array(String))')
    from (
        select ranks.attribute as attribute, arraySort(groupArray((ranks.priority, ranks.source_dataset))).2 as sources
        from {{ ref('source_priority') }} as ranks
        where ranks.entity = '{{ entity }}'
        group by ranks.attribute
    ) as orders
)['{{ attribute }}'], [{% for pair in told %}'{{ pair[1] }}'{% if not loop.last %}, {% endif %}{% endfor %}])
{%- endmacro %}

{#- Nobody's rank is 0, and one less of that the largest there is: last. -#}
{% macro source_place(entity, attribute, source) -%}
(toUInt64(indexOf({{ source_order(entity, attribute) }}, {{ source }}) - 1), {{ source }})
{%- endmacro %}

{% macro first_told(entity, attribute, told, has="one.1 != ''") -%}
arrayFirst(
            one -> {{ has }},
            arraySort(
                one -> indexOf({{ source_order(entity, attribute, told) }}, one.2),
                [{% for pair in told %}({{ pair[0] }}, '{{ pair[1] }}'){% if not loop.last %}, {% endif %}{% endfor %}]
            )
        )
{%- endmacro %}
