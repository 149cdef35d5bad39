{{ config(materialized='table', order_by=['scheme', 'insurance_no'], meta={'follows': {
    'key': ['insurance_no'],
    'inputs': {
        'std_social_insurance__enterprise_basic': ['insurance_no'],
        'std_social_insurance__civil_basic': ['insurance_no'],
        'enterprise_link': {
            'columns': ['source_dataset', 'record_key'],
            'keys': "select record_key as insurance_no from {{ var('changed') }} where startsWith(source_dataset, 'social_insurance.')"
        },
        'linkage.person_link': {
            'columns': ['record_key'],
            'keys': "{{ keys_of_person_links(ref('std_social_insurance__enterprise_basic'), 'social_insurance.enterprise_basic', 'id_number', 'insurance_no') }} union all {{ keys_of_person_links(ref('std_social_insurance__civil_basic'), 'social_insurance.civil_basic', 'id_number', 'insurance_no') }}"
        }
    }
} }) }}

with

enterprise as (

    select * from {{ ref('std_social_insurance__enterprise_basic') }} where is_current = 1 and {{ touched('insurance_no') }}

),

civil as (

    select * from {{ ref('std_social_insurance__civil_basic') }} where is_current = 1 and {{ touched('insurance_no') }}

),

{% set columns = [
    'insurance_no', 'person_name', 'id_number', 'insurance_state', 'unit_name', 'unit_credit_code', 'unit_nature',
    'agency_name', 'contribution_base', 'insured_on'
] -%}

accounts as (

    select 'enterprise' as scheme, _key_hash, {{ columns | join(', ') }} from enterprise
    union all
    select 'civil' as scheme, _key_hash, {{ columns | join(', ') }} from civil

),

-- An account whose credit code failed its checks keeps its employer by the name.
links as (

    select source_dataset, record_key, enterprise_id from {{ ref('enterprise_link') }}
    where startsWith(source_dataset, 'social_insurance.') and {{ touched('record_key') }}

),

final as (

    select
        accounts.scheme as scheme,
        accounts.insurance_no as insurance_no,
        {{ linked_person_id('accounts.id_number') }} as person_id,
        accounts.person_name as person_name,
        accounts.id_number as id_number,
        accounts.insurance_state as insurance_state,
        toUInt8(accounts.insurance_state = 'insured') as is_active,
        links.enterprise_id as enterprise_id,
        accounts.unit_name as unit_name,
        accounts.unit_credit_code as unit_credit_code,
        accounts.unit_nature as unit_nature,
        accounts.agency_name as agency_name,
        accounts.contribution_base as contribution_base,
        accounts.insured_on as insured_on

    from accounts
    left join links on accounts.insurance_no = links.record_key and concat('social_insurance.', accounts.scheme, '_basic') = links.source_dataset
    {{ join_person_link('person_links', "concat('social_insurance.', accounts.scheme, '_basic')", 'id_number', 'accounts._key_hash', of='accounts') }}

)

select * from final
