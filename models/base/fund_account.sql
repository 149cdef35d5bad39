{{ config(materialized='table', order_by=['scheme', 'account_no'], meta={'follows': {
    'key': ['account_no'],
    'inputs': {
        'std_housing_fund__municipal_basic': ['account_no'],
        'std_housing_fund__provincial_basic': ['account_no'],
        'enterprise_link': {
            'columns': ['source_dataset', 'record_key'],
            'keys': "select record_key as account_no from {{ var('changed') }} where startsWith(source_dataset, 'housing_fund.')"
        },
        'linkage.person_link': {
            'columns': ['record_key'],
            'keys': "{{ keys_of_person_links(ref('std_housing_fund__municipal_basic'), 'housing_fund.municipal_basic', 'id_number', 'account_no') }} union all {{ keys_of_person_links(ref('std_housing_fund__provincial_basic'), 'housing_fund.provincial_basic', 'id_number', 'account_no') }}"
        }
    }
} }) }}

with

municipal as (

    select * from {{ ref('std_housing_fund__municipal_basic') }} where is_current = 1 and {{ touched('account_no') }}

),

provincial as (

    select * from {{ ref('std_housing_fund__provincial_basic') }} where is_current = 1 and {{ touched('account_no') }}

),

{% set columns = [
    'account_no', 'person_name', 'id_number', 'fund_state', 'unit_name', 'unit_credit_code', 'unit_nature', 'agency_name',
    'contribution_base', 'opened_on'
] -%}

accounts as (

    select 'municipal' as scheme, _key_hash, {{ columns | join(', ') }} from municipal
    union all
    select 'provincial' as scheme, _key_hash, {{ columns | join(', ') }} from provincial

),

-- An account whose credit code failed its checks keeps its employer by the name.
links as (

    select source_dataset, record_key, enterprise_id from {{ ref('enterprise_link') }}
    where startsWith(source_dataset, 'housing_fund.') and {{ touched('record_key') }}

),

final as (

    select
        accounts.scheme as scheme,
        accounts.account_no as account_no,
        {{ linked_person_id('accounts.id_number') }} as person_id,
        accounts.person_name as person_name,
        accounts.id_number as id_number,
        accounts.fund_state as fund_state,
        toUInt8(accounts.fund_state = 'normal') as is_active,
        links.enterprise_id as enterprise_id,
        accounts.unit_name as unit_name,
        accounts.unit_credit_code as unit_credit_code,
        accounts.unit_nature as unit_nature,
        accounts.agency_name as agency_name,
        accounts.contribution_base as contribution_base,
        accounts.opened_on as opened_on

    from accounts
    left join links on accounts.account_no = links.record_key and concat('housing_fund.', accounts.scheme, '_basic') = links.source_dataset
    {{ join_person_link('person_links', "concat('housing_fund.', accounts.scheme, '_basic')", 'id_number', 'accounts._key_hash', of='accounts') }}

)

select * from final
