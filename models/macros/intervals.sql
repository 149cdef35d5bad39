{% macro interval_rule_zh(rule) -%}
transform(
    {{ rule }},
    [
        'contracts_overlap', 'occupant_outside_contract', 'contract_without_dwelling', 'occupant_without_contract',
        'meter_without_dwelling', 'let_without_contract', 'meter_reading_gap',
        'person_in_two_dwellings', 'meter_of_two_dwellings',
        'number_of_no_division', 'number_of_ended_division'
    ],
    [
        '同一房源的合同期限重叠', '入住时间超出合同期限', '合同指向不存在的房源', '入住人员没有合同',
        '表计不属于任何房源', '在租房源没有执行中的合同', '表计读数中断',
        '同一人同期登记入住两套房源', '同一表计被两套房源登记',
        '身份号码的区划代码从未存在', '身份号码的区划代码在编号前已废止'
    ],
    {{ rule }}
)
{%- endmacro %}

{#- How many findings of a rule there are: each is a row of the model, the count is the quality result. -#}
{% test no_findings(model, rule) %}
select 1 as failing from {{ model }} where rule = '{{ rule }}'
{% endtest %}
