{{ config(materialized='ephemeral') }}
{#-
  One row per contract: what it is on the as-of day. The two vocabularies of the text (待审批/执行中/已解除/已过期 002:3143,
  待审批/有效/已终止 002:3383) meet in `standing`; dates decide, the source's own word only where dates are silent
  (docs/decisions/0004-definitions.md, J3). The last day of a contract is a day of it.
-#}
select
    contract.contract_no as contract_no,
    contract.application_no as application_no,
    contract.household_id as household_id,
    contract.dwelling_id as dwelling_id,
    contract.tenant_person_id as tenant_person_id,
    contract.tenant_name as tenant_name,
    contract.tenant_id_number as tenant_id_number,
    contract.phone as phone,
    contract.contract_kind as contract_kind,
    contract.contract_state as contract_state,
    contract.signed_on as signed_on,
    contract.starts_on as starts_on,
    contract.ends_on as ends_on,
    contract.terminated_on as terminated_on,
    contract.monthly_rent as monthly_rent,
    contract.deposit as deposit,
    contract.pay_method as pay_method,
    contract.breach_clause as breach_clause,
    ifNull(contract.terminated_on, contract.ends_on) as effective_end,
    multiIf(
        contract.contract_state = 'pending', 'pending',
        contract.terminated_on < {{ as_of() }}, 'terminated',
        contract.contract_state = 'terminated' and contract.terminated_on is null, 'terminated',
        contract.starts_on > {{ as_of() }}, 'upcoming',
        contract.ends_on < {{ as_of() }}, 'expired',
        'running'
    ) as standing
from {{ ref('contract') }} as contract
