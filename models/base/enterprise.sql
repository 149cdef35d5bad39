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

-- What employers' agencies call a unit, each name of a code once.
employers as (

    select distinct concat('social_insurance.', scheme, '_basic') as source_dataset, unit_credit_code, unit_name, unit_nature
    from {{ ref('insurance_account') }}
    union all
    select distinct concat('housing_fund.', scheme, '_basic') as source_dataset, unit_credit_code, unit_name, unit_nature
    from {{ ref('fund_account') }}

),

institutions as (

    select * from {{ ref('std_maintenance_fund__institution') }} where is_current = 1

),

suppliers as (

    select credit_code, supplier_name, address from {{ ref('std_ecology__supplier') }} where is_current = 1

),

-- Every enterprise a register, a project, an employers' agency or the register of suppliers names by its credit code; institutions of the maintenance fund
-- speak of those alone.
mentions as (

    select
        credit_code, 'market_regulation.business_registry' as source_dataset, enterprise_name as unit_name, '' as unit_nature,
        address, 1 as registered, 0 as builds, 0 as operates, 0 as employs
    from registry
    union all
    select builder_credit_code, 'operations.project', '', '', '', 0, 1, 0, 0 from projects
    union all
    select operator_credit_code, 'operations.project', '', '', '', 0, 0, 1, 0 from projects
    union all
    select unit_credit_code, source_dataset, unit_name, unit_nature, '', 0, 0, 0, 1 from employers
    union all
    select credit_code, 'maintenance_fund.institution', institution_name, '', address, 0, 0, 0, 0 from institutions
    union all
    select credit_code, 'ecology.supplier', supplier_name, '', address, 0, 0, 0, 0 from suppliers

),

-- Of each attribute several sources speak of, the value of the best that has one and whose it is (seed source_priority).
enterprises as (

    select
        {{ kept_code('mentions.credit_code', ref('enterprise_merged')) }} as kept_code,
        argMinIf(
            (mentions.unit_name, mentions.source_dataset),
            ({{ source_place('enterprise', 'enterprise_name', 'mentions.source_dataset') }}, mentions.unit_name),
            mentions.unit_name != ''
        ) as name,
        argMinIf(
            (mentions.unit_nature, mentions.source_dataset),
            ({{ source_place('enterprise', 'unit_nature', 'mentions.source_dataset') }}, mentions.unit_nature),
            mentions.unit_nature != ''
        ) as nature,
        argMinIf(
            (mentions.address, mentions.source_dataset),
            ({{ source_place('enterprise', 'address', 'mentions.source_dataset') }}, mentions.address),
            mentions.address != ''
        ) as place,
        toUInt8(max(mentions.registered)) as is_registered,
        toUInt8(max(mentions.builds)) as is_builder,
        toUInt8(max(mentions.operates)) as is_operator,
        toUInt8(max(mentions.employs)) as is_employer

    from mentions
    where mentions.credit_code != ''
    group by kept_code
    having countIf(mentions.source_dataset != 'maintenance_fund.institution') > 0

),

final as (

    select
        {{ resolved_id('enterprise', 'enterprises.kept_code') }} as enterprise_id,
        enterprises.kept_code as credit_code,
        enterprises.name.1 as enterprise_name,
        substring(enterprises.kept_code, 3, 6) as registered_division_code,
        registry.enterprise_kind as enterprise_kind,
        enterprises.nature.1 as unit_nature,
        registry.legal_representative as legal_representative,
        registry.registered_capital as registered_capital,
        registry.founded_on as founded_on,
        registry.enterprise_state as enterprise_state,
        enterprises.place.1 as address,
        registry.business_scope as business_scope,
        registry.phone as phone,
        registry.licences as licences,
        enterprises.is_registered as is_registered,
        enterprises.is_builder as is_builder,
        enterprises.is_operator as is_operator,
        enterprises.is_employer as is_employer,
        enterprises.name.2 as enterprise_name_source,
        enterprises.nature.2 as unit_nature_source,
        enterprises.place.2 as address_source

    from enterprises
    left join registry on enterprises.kept_code = registry.credit_code

)

select * from final
