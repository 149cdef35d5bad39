{{ config(schema='mart_eligibility', alias='fact', materialized='view', meta={'counted': false}) }}
{#-
  One row per member of an applicant household and check of the pre-review (002:5809-6541, C-1 … C-7): what `member_fact` holds in columns. A
  check without a record is a fact too: `has_record` is 0.
-#}
{#- Check, Chinese name, data set that says so, clause, unit; then columns of the member: has a record, number, date, word. -#}
{%- set checks = [
    ['local_register', '本市户籍', 'police.household_register', '002:6025', 'flag', 'in_register', 'is_local', 'moved_in_on', "''"],
    ['local_register_years', '本市户籍年限', 'police.household_register', '002:6025, 002:6057', 'year', 'is_local = 1', 'local_years', 'moved_in_on', "''"],
    ['residence_permit_days', '居住证累计天数', 'police.residence_permit', '002:6057', 'day', 'has_permit', 'permit_days', 'null', "if(has_valid_permit = 1, 'valid', '')"],
    ['insurance_state', '社保在保', 'social_insurance.enterprise_basic', '002:6421', 'flag', 'has_insurance', 'is_insured', 'null', "insured_by"],
    ['insurance_months_12', '近 12 个月社保缴纳月数', 'social_insurance.enterprise_payment', '002:5853', 'month', 'has_insurance_month', 'insurance_months_12', 'last_insurance_month', "''"],
    ['insurance_months_24', '近 24 个月社保缴纳月数', 'social_insurance.enterprise_payment', '002:5853', 'month', 'has_insurance_month', 'insurance_months_24', 'last_insurance_month', "''"],
    ['insurance_base', '最近社保缴纳基数', 'social_insurance.enterprise_payment', '002:5853', 'yuan', 'has_insurance_month', 'last_insurance_base', 'last_insurance_month', "''"],
    ['fund_months_12', '近 12 个月公积金缴存月数', 'housing_fund.municipal_payment', '002:5947', 'month', 'has_fund_month', 'fund_months_12', 'last_fund_month', "''"],
    ['fund_months_24', '近 24 个月公积金缴存月数', 'housing_fund.municipal_payment', '002:5947', 'month', 'has_fund_month', 'fund_months_24', 'last_fund_month', "''"],
    ['fund_base', '最近公积金缴存基数', 'housing_fund.municipal_payment', '002:5931', 'yuan', 'has_fund_month', 'last_fund_base', 'last_fund_month', "''"],
    ['marital_status', '婚姻状况', 'civil_affairs.marriage', '002:6103', 'flag', 'has_marriage', 'is_married', 'married_since', "marital_status"],
    ['relief', '民政保障', 'civil_affairs.minimum_living', '002:6119, 002:6135, 002:6151', 'yuan', 'has_relief', 'relief_income', 'relief_since', "relief_kind"],
    ['homes', '名下住房处数', 'property.ownership', '002:6197', 'count', 'has_home', 'homes', 'last_home_on', "''"],
    ['homes_area', '名下住房面积', 'property.ownership', '002:6197', 'square_metre', 'has_home', 'homes_area', 'last_home_on', "''"],
    ['signings', '有效网签份数', 'property.net_signed_contract', '002:6229', 'count', 'has_signing', 'signings', 'last_signed_on', "''"],
    ['other_benefits', '享受中的其他住房保障', 'housing_security.other_benefit', '002:6275, 002:6515', 'count', 'has_other_benefit', 'other_benefits', 'last_benefit_on', "''"],
    ['managed_public_housing', '在租直管公房', 'housing_security.direct_managed_housing', '002:6401', 'count', 'has_managed_housing', 'managed_housing', 'last_benefit_on', "''"]
] -%}
select
    members.application_no as application_no,
    members.member_no as member_no,
    members.person_id as person_id,
    members.is_applicant as is_applicant,
    {{ division_columns('members') }},
    fact.1 as check_code,
    fact.2 as check_zh,
    fact.3 as source_dataset,
    fact.4 as reference,
    members.person_id != '' as is_identified,
    fact.6 as has_record,
    if(fact.6, fact.7, null) as number_value,
    fact.5 as number_unit,
    if(fact.6, fact.8, null) as date_value,
    if(fact.6, fact.9, '') as word_value,
    members.as_of as as_of
from {{ ref('mart_eligibility__member_fact') }} as members
array join [
    {%- for check, zh, dataset, clause, unit, has, number, date, word in checks %}
    ('{{ check }}', '{{ zh }}', '{{ dataset }}', '{{ clause }}', '{{ unit }}', {{ has }},
        toDecimal64OrNull(toString({{ number }}), 2), cast({{ date }}, 'Nullable(Date32)'), {{ word }})
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
] as fact
