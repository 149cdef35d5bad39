{{ config(materialized='ephemeral') }}
{#-
  One row per assisted dwelling: who has it by contract on the as-of day, and whether it is vacant by contract (002:1927). Doors and meters are not asked:
  what they say is in `dwelling_use`, for whoever needs that.
-#}
with standing as (
    select * from {{ ref('contract_standing') }} as contract_standing
),

contracts as (
    select
        dwelling_id,
        countIf(standing = 'running') as running_contracts,
        countIf(standing = 'upcoming') as upcoming_contracts,
        argMaxIf(contract_no, (starts_on, contract_no), standing = 'running') as running_contract_no,
        minIf(starts_on, standing = 'running') as running_since,
        maxIf(effective_end, standing in ('terminated', 'expired') and starts_on <= {{ as_of() }}) as last_told_end,
        countIf(standing in ('terminated', 'expired')) as past_contracts,
        arraySort(groupArrayIf(
            (assumeNotNull(starts_on), assumeNotNull(effective_end)),
            standing in ('running', 'terminated', 'expired') and starts_on is not null and effective_end is not null
        )) as let_periods
    from standing
    group by dwelling_id
),

occupants as (
    select occupant.contract_no as contract_no, count() as occupant_count, min(occupant.moved_in_on) as first_moved_in_on
    from {{ ref('contract_occupant') }} as occupant
    where {{ lives_there('occupant') }}
    group by occupant.contract_no
),

-- When somebody lived there under a contract; an open end is the end of time, a beginning that could not be read that of the contract.
occupancy as (
    select
        standing.dwelling_id as dwelling_id,
        arraySort(groupArray(
            (
                assumeNotNull(coalesce(occupant.moved_in_on, standing.starts_on)),
                ifNull(occupant.moved_out_on, toDate32('2299-12-31'))
            )
        )) as occupied_periods
    from {{ ref('contract_occupant') }} as occupant
    inner join standing on standing.contract_no = occupant.contract_no
    where coalesce(occupant.moved_in_on, standing.starts_on) is not null
    group by standing.dwelling_id
)

select
    dwelling.dwelling_id as dwelling_id,
    dwelling.dwelling_state != 'off' as in_stock,
    ifNull(dwelling.delivered_on <= {{ as_of() }}, 0) and dwelling.dwelling_state not in ('repair', 'off') as in_service,
    contracts.running_contracts as running_contracts,
    contracts.running_contract_no as running_contract_no,
    contracts.running_contracts > 0 as is_let,
    if(is_let, contracts.running_since, null) as running_since,
    is_let or contracts.upcoming_contracts > 0 or dwelling.dwelling_state = 'reserved' as is_allocated,
    is_let and occupants.occupant_count > 0 as is_occupied,
    occupants.occupant_count as occupant_count,
    contracts.let_periods as let_periods,
    occupancy.occupied_periods as occupied_periods,
    if(occupants.occupant_count > 0, occupants.first_moved_in_on, null) as moved_in_on,
    -- Terminated, and no day said: not at the end agreed upon, which is still to come, but when the last of its people left, as far as that is known.
    multiIf(
        contracts.past_contracts = 0, null,
        ifNull(contracts.last_told_end < {{ as_of() }}, 1), contracts.last_told_end,
        empty(occupied_periods), addDays({{ as_of() }}, -1),
        least(arrayMax(period -> period.2, occupied_periods), addDays({{ as_of() }}, -1))
    ) as last_contract_end,
    in_service and not is_let as vacant_by_contract,
    if(vacant_by_contract, coalesce(addDays(last_contract_end, 1), dwelling.delivered_on), null) as vacant_since,
    if(vacant_since is null, 0, dateDiff('day', vacant_since, {{ as_of() }}) + 1) as vacancy_days
from {{ ref('dwelling') }} as dwelling
left join contracts on contracts.dwelling_id = dwelling.dwelling_id
left join occupants on occupants.contract_no = contracts.running_contract_no
left join occupancy on occupancy.dwelling_id = dwelling.dwelling_id
