{{ config(materialized='table', order_by=['source_dataset', 'record_key']) }}

{#
  Which enterprise a record names: by its credit code (GB 32100); else by the name, where all that bear it are one enterprise.
  A name that two enterprises bear names none. The organisation code (GB 11714) is a part of the credit code, so that a source
  which still sends it can be joined to `organisation_code`.
#}

with

records as (

    select 'market_regulation.business_registry' as source_dataset, credit_code as record_key, credit_code, enterprise_name as name
    from {{ ref('std_market_regulation__business_registry') }} where is_current = 1
    union all
    select 'social_insurance.enterprise_basic' as source_dataset, insurance_no as record_key, unit_credit_code as credit_code, unit_name as name
    from {{ ref('std_social_insurance__enterprise_basic') }} where is_current = 1 and insurance_no != ''
    union all
    select 'social_insurance.civil_basic' as source_dataset, insurance_no as record_key, unit_credit_code as credit_code, unit_name as name
    from {{ ref('std_social_insurance__civil_basic') }} where is_current = 1 and insurance_no != ''
    union all
    select 'housing_fund.municipal_basic' as source_dataset, account_no as record_key, unit_credit_code as credit_code, unit_name as name
    from {{ ref('std_housing_fund__municipal_basic') }} where is_current = 1 and account_no != ''
    union all
    select 'housing_fund.provincial_basic' as source_dataset, account_no as record_key, unit_credit_code as credit_code, unit_name as name
    from {{ ref('std_housing_fund__provincial_basic') }} where is_current = 1 and account_no != ''

),

-- A name is worked out once, however many accounts say it.
cores as (

    select name, {{ organisation_core('name') }} as core from (select distinct name from records where name != '')

),

named as (

    select
        records.source_dataset as source_dataset,
        records.record_key as record_key,
        records.credit_code as credit_code,
        cores.core as core

    from records
    left join cores on records.name = cores.name

),

owners as (

    select
        core as of_core,
        arraySort(groupUniqArray(4)(credit_code)) as bearers,
        if(length(bearers) = 1, bearers[1], '') as core_credit_code

    from named
    where core != '' and credit_code != ''
    group by core

),

-- What people decided (enterprise decisions of the operational store): a record is that enterprise, or is not; a code is another's.
decided as (

    select
        said_dataset,
        said_key,
        anyIf(means_code, verdict = 'same') as decided_code,
        groupArrayIf(means_code, verdict = 'different') as not_codes

    from {{ ref('decided_enterprise') }}
    where said_code = ''
    group by said_dataset, said_key

),

merged as (

    select left_code, kept_code from {{ ref('enterprise_merged') }}

),

found as (

    select
        named.source_dataset as source_dataset,
        named.record_key as record_key,
        named.credit_code as own_code,
        owners.core_credit_code as core_credit_code,
        owners.bearers as bearers,
        named.core as name_core

    from named
    left join owners on named.core = owners.of_core

),

chosen as (

    select
        found.*,
        decided.not_codes as not_codes,
        multiIf(
            decided.decided_code != '', ('decided', decided.decided_code),
            own_code != '' and not has(decided.not_codes, own_code), ('credit_code', own_code),
            core_credit_code != '' and not has(decided.not_codes, core_credit_code), ('name', core_credit_code),
            ('', '')
        ) as choice

    from found
    left join decided on found.source_dataset = decided.said_dataset and found.record_key = decided.said_key

),

resolved as (

    select
        chosen.source_dataset as source_dataset,
        chosen.record_key as record_key,
        if(merged.kept_code != '', merged.kept_code, chosen.choice.2) as credit_code,
        chosen.choice.1 as how,
        chosen.own_code as own_code,
        chosen.name_core as name_core,
        if(chosen.choice.1 = '', arrayFilter(code -> not has(chosen.not_codes, code), chosen.bearers), []) as other_codes

    from chosen
    left join merged on chosen.choice.2 = merged.left_code

),

final as (

    select
        source_dataset,
        record_key,
        {{ resolved_id('enterprise', 'credit_code') }} as enterprise_id,
        credit_code,
        {{ organisation_of_credit('credit_code') }} as organisation_code,
        own_code as said_code,
        how,
        name_core,
        other_codes

    from resolved

)

select * from final
