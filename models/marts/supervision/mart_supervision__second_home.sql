{{ config(
    schema='mart_supervision', alias='second_home', materialized='table', engine='MergeTree()',
    order_by=['district_code', 'street_code', 'community_code', 'household_id', 'person_id', 'right_no']
) }}
{#- One row per beneficiary and home of his own (H16, AL104; 002:6197, 002:6735). -#}
select
    finding.household_id as household_id,
    finding.person_id as person_id,
    finding.right_kind as right_kind,
    finding.right_no as right_no,
    finding.contract_no as contract_no,
    {{ dwelling_key_columns('dwelling') }},
    {{ dwelling_or_application_columns('dwelling', 'application') }},
    finding.property_district as property_district,
    finding.property_floor_area as property_floor_area,
    finding.ownership_share as ownership_share,
    finding.acquired_on as acquired_on,
    finding.benefit_since as benefit_since,
    finding.acquired_relation as acquired_relation,
    {{ as_of() }} as as_of
from {{ ref('second_home_finding') }} as finding
left join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = finding.dwelling_id and finding.dwelling_id != ''
left join {{ ref('application') }} as application on application.household_id = finding.household_id
