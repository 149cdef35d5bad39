{#- At scale 1 what two threads hold of 2.2 million people and sources is 2.9 to 4.1 GiB, as it comes: on disk from half a statement's memory on. -#}
{{ config(materialized='table', order_by=['person_id', 'source_dataset'], query_settings={'max_bytes_before_external_group_by': 2000000000}, meta={'follows': {
    'key': ['id_number'],
    'inputs': {
        'std_police__household_register': ['id_number'],
        'std_police__migration': ['id_number'],
        'std_police__residence_permit': ['id_number'],
        'std_civil_affairs__marriage': {
            'columns': ['husband_id_number', 'wife_id_number'],
            'keys': "select arrayJoin([husband_id_number, wife_id_number]) as id_number from {{ var('changed') }}"
        },
        'std_civil_affairs__minimum_living': ['head_id_number'],
        'std_civil_affairs__low_income': ['head_id_number'],
        'std_civil_affairs__destitute_support': ['head_id_number'],
        'std_property__ownership': ['owner_id_number'],
        'std_property__net_signed_contract': ['buyer_id_number'],
        'std_social_insurance__enterprise_basic': ['id_number'],
        'std_social_insurance__civil_basic': ['id_number'],
        'std_social_insurance__enterprise_payment': ['id_number'],
        'std_social_insurance__civil_payment': ['id_number'],
        'std_housing_fund__municipal_basic': ['id_number'],
        'std_housing_fund__provincial_basic': ['id_number'],
        'std_housing_fund__municipal_payment': ['id_number'],
        'std_housing_fund__provincial_payment': ['id_number'],
        'std_housing_security__other_benefit': ['id_number'],
        'std_housing_security__direct_managed_housing': ['id_number'],
        'std_operations__application': ['applicant_id_number'],
        'std_operations__household_member': ['id_number'],
        'std_operations__contract': ['tenant_id_number'],
        'std_operations__occupant': ['id_number'],
        'std_operations__subsidy_due': ['id_number'],
        'std_anju__application': ['applicant_id_number'],
        'std_anju__contract': ['tenant_id_number'],
        'std_maintenance_fund__owner': ['id_number'],
        'linkage.person_merged': {
            'columns': ['left_id', 'kept_id'],
            'keys': "select id_number from {{ this }} where person_id in {{ merged_ids() }}"
        }
    }
} }) }}

{#- The largest of its day, in two bytes, and itself, as one string: two thirds of what `argMax` of a tuple takes. -#}
{% macro last_said(column) -%}
{%- set seen_on = 'ifNull(toUInt16(mentions.seen_on), 0)' -%}
substring(
            maxIf(concat(char(intDiv({{ seen_on }}, 256), {{ seen_on }} % 256), mentions.{{ column }}), mentions.{{ column }} != ''), 3
        )
{%- endmacro %}

with

mentions as (

    {{ person_mention('police.household_register', ref('std_police__household_register'),
        person_name='person_name', sex_code='sex_code', ethnicity_code='ethnicity_code', birth_date='birth_date') }}
    union all
    {{ person_mention('police.migration', ref('std_police__migration'), person_name='person_name') }}
    union all
    {{ person_mention('police.residence_permit', ref('std_police__residence_permit'), person_name='person_name') }}
    union all
    {{ person_mention('civil_affairs.marriage', ref('std_civil_affairs__marriage'), id_number='husband_id_number',
        person_name='husband_name', marital_status='marital_status', seen_on='coalesce(divorced_on, married_on, valid_from)') }}
    union all
    {{ person_mention('civil_affairs.marriage', ref('std_civil_affairs__marriage'), id_number='wife_id_number',
        person_name='wife_name', marital_status='marital_status', seen_on='coalesce(divorced_on, married_on, valid_from)') }}
    union all
    {{ person_mention('civil_affairs.minimum_living', ref('std_civil_affairs__minimum_living'), id_number='head_id_number',
        person_name='head_name') }}
    union all
    {{ person_mention('civil_affairs.low_income', ref('std_civil_affairs__low_income'), id_number='head_id_number',
        person_name='head_name') }}
    union all
    {{ person_mention('civil_affairs.destitute_support', ref('std_civil_affairs__destitute_support'),
        id_number='head_id_number', person_name='head_name') }}
    union all
    {{ person_mention('property.ownership', ref('std_property__ownership'), id_number='owner_id_number',
        person_name='owner_name') }}
    union all
    {{ person_mention('property.net_signed_contract', ref('std_property__net_signed_contract'),
        id_number='buyer_id_number', person_name='buyer_name') }}
    union all
    {{ person_mention('social_insurance.enterprise_basic', ref('std_social_insurance__enterprise_basic'),
        person_name='person_name', employer='unit_name', employer_credit_code='unit_credit_code') }}
    union all
    {{ person_mention('social_insurance.civil_basic', ref('std_social_insurance__civil_basic'),
        person_name='person_name', employer='unit_name', employer_credit_code='unit_credit_code') }}
    union all
    {{ person_mention('social_insurance.enterprise_payment', ref('std_social_insurance__enterprise_payment'),
        seen_on='pay_month', where='1 = 1') }}
    union all
    {{ person_mention('social_insurance.civil_payment', ref('std_social_insurance__civil_payment'),
        seen_on='pay_month', where='1 = 1') }}
    union all
    {{ person_mention('housing_fund.municipal_basic', ref('std_housing_fund__municipal_basic'),
        person_name='person_name', employer='unit_name', employer_credit_code='unit_credit_code') }}
    union all
    {{ person_mention('housing_fund.provincial_basic', ref('std_housing_fund__provincial_basic'),
        person_name='person_name', employer='unit_name', employer_credit_code='unit_credit_code') }}
    union all
    {{ person_mention('housing_fund.municipal_payment', ref('std_housing_fund__municipal_payment'),
        seen_on='pay_month', where='1 = 1') }}
    union all
    {{ person_mention('housing_fund.provincial_payment', ref('std_housing_fund__provincial_payment'),
        seen_on='pay_month', where='1 = 1') }}
    union all
    {{ person_mention('housing_security.other_benefit', ref('std_housing_security__other_benefit'),
        person_name='person_name') }}
    union all
    {{ person_mention('housing_security.direct_managed_housing', ref('std_housing_security__direct_managed_housing'),
        person_name='tenant_name') }}
    union all
    {{ person_mention('operations.application', ref('std_operations__application'), id_number='applicant_id_number',
        person_name='applicant_name', phone='phone', seen_on='applied_on') }}
    union all
    {{ person_mention('operations.household_member', ref('std_operations__household_member'), person_name='person_name',
        sex_code='sex_code', birth_date='birth_date', phone='phone', marital_status='marital_status', employer='employer') }}
    union all
    {{ person_mention('operations.contract', ref('std_operations__contract'), id_number='tenant_id_number',
        person_name='tenant_name', phone='phone', seen_on='starts_on') }}
    union all
    {{ person_mention('operations.occupant', ref('std_operations__occupant'), person_name='person_name') }}
    union all
    {{ person_mention('operations.subsidy_due', ref('std_operations__subsidy_due'), person_name='person_name',
        seen_on='subsidy_month', where='1 = 1') }}
    union all
    {{ person_mention('anju.application', ref('std_anju__application'), id_number='applicant_id_number',
        person_name='applicant_name', phone='phone', seen_on='applied_on') }}
    union all
    {{ person_mention('anju.contract', ref('std_anju__contract'), id_number='tenant_id_number',
        person_name='tenant_name', phone='phone', seen_on='starts_on') }}
    union all
    {{ person_mention('maintenance_fund.owner', ref('std_maintenance_fund__owner'), person_name='person_name', phone='phone') }}

),

-- The last record that says something decides; the value itself breaks ties, so that the order of rows never matters.
final as (

    select
        {{ person_id('mentions.id_number') }} as person_id,
        mentions.source_dataset as source_dataset,
        mentions.id_number as id_number,
        toUInt8(person_id = {{ resolved_id('person', 'mentions.id_number') }}) as is_own_number,
        {{ last_said('person_name') }} as person_name,
        {{ last_said('sex_code') }} as sex_code,
        {{ last_said('ethnicity_code') }} as ethnicity_code,
        argMaxIf(mentions.birth_date, (mentions.seen_on, mentions.birth_date), mentions.birth_date is not null) as birth_date,
        {{ last_said('phone') }} as phone,
        {{ last_said('marital_status') }} as marital_status,
        {{ last_said('employer') }} as employer,
        {{ last_said('employer_credit_code') }} as employer_credit_code,
        toUInt32(count()) as records,
        max(mentions.seen_on) as last_seen_on

    from mentions
    group by mentions.id_number, mentions.source_dataset

)

select * from final
