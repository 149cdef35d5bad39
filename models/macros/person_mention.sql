{#
  One data set's mentions of people, in the columns base.person_source compares. What a data set does not say stays ''.
  `seen_on` orders the records of one person within the data set: the last one is what the data set says.
#}

{% macro person_mention(
    dataset, relation, id_number='id_number', person_name="''", sex_code="''", ethnicity_code="''", birth_date='null',
    phone="''", marital_status="''", employer="''", employer_credit_code="''", seen_on='valid_from', where='is_current = 1'
) -%}
    select
        '{{ dataset }}' as source_dataset,
        {{ id_number }} as id_number,
        {{ person_name }} as person_name,
        {{ sex_code }} as sex_code,
        {{ ethnicity_code }} as ethnicity_code,
        cast({{ birth_date }}, 'Nullable(Date32)') as birth_date,
        {{ phone }} as phone,
        {{ marital_status }} as marital_status,
        {{ employer }} as employer,
        {{ employer_credit_code }} as employer_credit_code,
        toDate({{ seen_on }}) as seen_on
    from {{ relation }}
    where {{ where }} and {{ id_number }} != '' and {{ touched(id_number) }}
{%- endmacro %}
