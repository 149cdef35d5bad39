{{ config(materialized='table', order_by=['enterprise_id']) }}

with

registry as (

    select * replace ({{ kept_code('credit_code', ref('enterprise_merged')) }} as credit_code)
    from {{ ref('std_market_regulation__business_registry') }} as told
    where is_current = 1
    -- Of entries merged into one, that of the code kept speaks.
    order by credit_code, told.credit_code != credit_code, told.credit_code
    limit 1 by credit_code

),

projects as (

    select * from {{ ref('project') }}

),

insured as (

    select * from {{ ref('insurance_account') }}

),

saving as (

    select * from {{ ref('fund_account') }}

),

-- Every enterprise any source names by its credit code; the name and nature that employers' agencies know are kept as a fallback.
mentions as (

    select credit_code, '' as unit_name, '' as unit_nature, 1 as registered, 0 as builds, 0 as operates, 0 as employs from registry
    union all
    select builder_credit_code, '', '', 0, 1, 0, 0 from projects
    union all
    select operator_credit_code, '', '', 0, 0, 1, 0 from projects
    union all
    select unit_credit_code, unit_name, unit_nature, 0, 0, 0, 1 from insured
    union all
    select unit_credit_code, unit_name, unit_nature, 0, 0, 0, 1 from saving

),

enterprises as (

    select
        {{ kept_code('mentions.credit_code', ref('enterprise_merged')) }} as kept_code,
        minIf(mentions.unit_name, mentions.unit_name != '') as unit_name,
        minIf(mentions.unit_nature, mentions.unit_nature != '') as unit_nature,
        toUInt8(max(mentions.registered)) as is_registered,
        toUInt8(max(mentions.builds)) as is_builder,
        toUInt8(max(mentions.operates)) as is_operator,
        toUInt8(max(mentions.employs)) as is_employer

    from mentions
    where mentions.credit_code != ''
    group by kept_code

),

final as (

    select
        {{ resolved_id('enterprise', 'enterprises.kept_code') }} as enterprise_id,
        enterprises.kept_code as credit_code,
        if(registry.enterprise_name != '', registry.enterprise_name, enterprises.unit_name) as enterprise_name,
        substring(enterprises.kept_code, 3, 6) as registered_division_code,
        registry.enterprise_kind as enterprise_kind,
        enterprises.unit_nature as unit_nature,
        registry.legal_representative as legal_representative,
        registry.registered_capital as registered_capital,
        registry.founded_on as founded_on,
        registry.enterprise_state as enterprise_state,
        registry.address as address,
        registry.business_scope as business_scope,
        registry.phone as phone,
        registry.licences as licences,
        enterprises.is_registered as is_registered,
        enterprises.is_builder as is_builder,
        enterprises.is_operator as is_operator,
        enterprises.is_employer as is_employer

    from enterprises
    left join registry on enterprises.kept_code = registry.credit_code

)

select * from final
