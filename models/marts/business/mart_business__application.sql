{{ config(
    schema='mart_business', alias='application', materialized='table', engine='MergeTree()',
    order_by=['applied_on', 'district_code', 'street_code', 'application_no'], settings={'allow_nullable_key': 1}
) }}
{#- One row per application for housing security (M30-M36, M112-M114, M144-M145): stage, outcome and how long it took. -#}
with housed as (
    select contract.household_id as household_id, min(contract.starts_on) as housed_on
    from {{ ref('contract_standing') }} as contract
    where contract.household_id != '' and contract.standing in ('running', 'upcoming', 'expired', 'terminated')
    group by contract.household_id
)

select
    application.application_no as application_no,
    application.household_id as household_id,
    application.applicant_person_id as applicant_person_id,
    application.applicant_name as applicant_name,
    {{ division_columns('application') }},
    application.guarantee_form as guarantee_form,
    application.allocation_kind as allocation_kind,
    application.applicant_group as applicant_group,
    application.application_state as application_state,
    application.application_stage as application_stage,
    application.member_count as member_count,
    application.annual_income as annual_income,
    application.applied_on as applied_on,
    application.pre_reviewed_on as pre_reviewed_on,
    application.re_reviewed_on as re_reviewed_on,
    application.decided_on as decided_on,
    application.application_state in ('approved', 'rejected') as is_decided,
    application.application_state = 'approved' as is_passed,
    application.application_state in ('approved', 'rejected', 'withdrawn') as is_closed,
    application.pre_reviewed_on <= {{ as_of() }} as is_pre_reviewed,
    application.re_reviewed_on <= {{ as_of() }} as is_re_reviewed,
    if(is_decided, dateDiff('day', application.applied_on, application.decided_on), null) as days_to_decide,
    if(is_closed, 0, dateDiff('day', application.applied_on, {{ as_of() }})) as days_open,
    -- Waiting (轮候): approved for a dwelling and not housed yet.
    ifNull(application.guarantee_form = 'in_kind' and is_passed and application.decided_on <= {{ as_of() }}, 0) as is_entitled_in_kind,
    if(housed.household_id != '', housed.housed_on, null) as housed_on,
    is_entitled_in_kind and housed.household_id = '' as is_waiting,
    if(is_waiting, dateDiff('day', application.decided_on, {{ as_of() }}), null) as days_waiting,
    application.applicant_group in ('disabled', 'elderly', 'special_poverty')
        or ifNull(days_waiting > {{ var('long_waiting_days') }}, 0) as is_priority,
    toUInt8OrNull(application.rating) as rating,
    rating >= 4 as is_praised,
    {{ as_of() }} as as_of
from {{ ref('application') }} as application
left join housed on housed.household_id = application.household_id
