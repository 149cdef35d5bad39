{#-
  History on two axes (docs/decisions/0007-two-axes.md). A standardising table of versions keeps every statement: what is so from
  `valid_from` on, known from `known_from` until `known_to` (the end of time, unless its batch was withdrawn). `is_deleted` says that
  there is nothing from that day on.
-#}

{#-
  as_of() is the day the marts speak about: an argument of the run, never the clock.
  as_of('std_operations__contract', valid, known): its rows as they were on the day `valid`, as far as was known at the instant
  `known`. Corrections and late deliveries that came after `known` are not in it, and what was withdrawn after it is.
-#}
{% macro as_of(model=none, valid=none, known=none) -%}
{%- if model is none -%}
toDate32('{{ var("as_of") }}')
{%- else -%}
(
    select * from (
        select * from {{ ref(model) }}
        where valid_from <= {{ valid }} and known_from <= {{ known }} and known_to > {{ known }}
        order by valid_from desc, known_from desc, _batch_id desc, _row_no desc
        limit 1 by _key_hash
    )
    where is_deleted = 0
)
{%- endif -%}
{%- endmacro %}

{#-
  The same as rectangles: one row for each stretch of days and stretch of knowledge in which one and the same was believed.
  `key` is the column a reader asks by. Equal statements that follow each other are one: what a repeated delivery says changes nothing.
-#}
{% macro history_of(relation, key) -%}
(
    select
        rectangle.{{ key }} as {{ key }},
        statement.* except (
            {{ key }}, valid_from, valid_to, known_from, known_to, is_current, is_deleted, _business_date, _key_hash, _batch_id, _row_no
        ),
        rectangle.valid_from as valid_from,
        rectangle.valid_to as valid_to,
        rectangle.known_from as known_from,
        rectangle.known_to as known_to,
        rectangle._key_hash as _key_hash,
        rectangle._batch_id as _batch_id,
        rectangle._row_no as _row_no

    from (
        select {{ key }}, _key_hash, believed.1 as valid_from, believed.2 as valid_to, stretch.1 as known_from, stretch.2 as known_to,
            stretch.3 as _batch_id, stretch.4 as _row_no
        from (
            {#- Moments of one belief, in order, become stretches: a new one begins where the last did not end. -#}
            select {{ key }}, _key_hash, believed, arraySort(groupArray((moment, until, batch, row))) as held,
                arrayFilter((each, at) -> at = 1 or held[at - 1].2 < each.1, held, arrayEnumerate(held)) as starts,
                arrayMap(
                    (each, at) -> (
                        each.1,
                        arrayMax(other -> other.2, arrayFilter(other -> at = length(starts) or other.1 < starts[at + 1].1, held)),
                        each.3,
                        each.4
                    ),
                    starts, arrayEnumerate(starts)
                ) as stretches
            from (
                select {{ key }}, _key_hash, moment, until, belief.1 as believed, belief.2 as batch, belief.3 as row
                from (
                    select {{ key }}, _key_hash, moment, until,
                        arrayFilter(each -> each.2 <= moment and each.5 > moment, told) as visible,
                        {#- Of what is told of one day the last holds. -#}
                        arrayFilter((each, at) -> at = length(visible) or visible[at + 1].1 > each.1, visible, arrayEnumerate(visible)) as lasting,
                        arrayFilter((each, at) -> at = 1 or lasting[at - 1].6 != each.6, lasting, arrayEnumerate(lasting)) as changes,
                        arrayFilter(
                            each -> each.1.3 != 0,
                            arrayMap(
                                (each, at) -> (
                                    (each.1, if(at = length(changes), toDate32('2299-12-31'), changes[at + 1].1), each.6),
                                    each.3,
                                    each.4
                                ),
                                changes, arrayEnumerate(changes)
                            )
                        ) as beliefs
                    from (
                        select {{ key }}, _key_hash, told, moments[at] as moment,
                            if(at = length(moments), toDateTime64('2299-12-31 00:00:00', 3, 'UTC'), moments[at + 1]) as until
                        from (
                            select
                                {{ key }},
                                _key_hash,
                                arraySort(
                                    groupArray((
                                        valid_from, known_from, _batch_id, _row_no, known_to, if(is_deleted = 1, 0, greatest(_version_hash, 1))
                                    ))
                                ) as told,
                                arrayFilter(
                                    each -> each < toDateTime64('2299-12-31 00:00:00', 3, 'UTC'),
                                    arraySort(arrayDistinct(arrayConcat(groupArray(known_from), groupArray(known_to))))
                                ) as moments
                            from {{ relation }}
                            group by {{ key }}, _key_hash
                        )
                        array join arrayEnumerate(moments) as at
                    )
                )
                array join beliefs as belief
            )
            group by {{ key }}, _key_hash, believed
        )
        array join stretches as stretch
    ) as rectangle
    any left join {{ relation }} as statement
        on rectangle.{{ key }} = statement.{{ key }} and rectangle._key_hash = statement._key_hash
            and rectangle._batch_id = statement._batch_id and rectangle._row_no = statement._row_no
)
{%- endmacro %}
