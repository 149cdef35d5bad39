{{ config(materialized='ephemeral') }}
{#-
  One row per party and entry that counts in its credit on the as-of day; a party's score is the sum of its rows. Everybody begins with the start
  entry; events count as the indicators say (base.credit_rule), those of one indicator up to its limit, the oldest first; a last
  entry keeps the sum between nothing and the start. Parties: households with a contract or a subsidy, enterprises that build or run housing, suppliers once let in.
-#}
with parties as (
    select distinct 'tenant' as party_kind, household_id as party_id
    from {{ ref('contract_standing') }} as contract_standing
    where household_id != ''

    union distinct

    select 'tenant' as party_kind, household_id as party_id
    from {{ ref('subsidised_household') }} as subsidised_household
    where household_id != ''

    union distinct

    select 'enterprise' as party_kind, enterprise_id as party_id
    from {{ ref('enterprise') }}
    where is_builder = 1 or is_operator = 1

    union distinct

    select 'supplier' as party_kind, supplier_no as party_id
    from {{ ref('supplier') }}
    where supplier_state not in ('applied', 'rejected')
),

counted as (
    select
        event.party_kind as party_kind,
        ifNull(event.party_id, '') as party_id,
        indicator.indicator as indicator,
        indicator.indicator_zh as indicator_zh,
        event.event as event,
        ifNull(event.event_key, '') as event_key,
        ifNull(event.event_zh, '') as event_zh,
        event.happened_on as happened_on,
        addDays(event.happened_on, indicator.days) as ends_on,
        toDecimal64(indicator.points, 2) as points,
        toDecimal64(indicator.most, 2) as most
    from {{ ref('credit_event') }} as event
    inner join {{ ref('credit_rule') }} as indicator on indicator.event = event.event and indicator.party_kind = event.party_kind
    where ifNull(event.party_id, '') != '' and event.happened_on <= {{ as_of() }} and addDays(event.happened_on, indicator.days) > {{ as_of() }}
),

limited as (
    select
        *,
        sum(points) over (
            partition by party_kind, party_id, indicator order by happened_on, event_key rows between unbounded preceding and current row
        ) as reached
    from counted
),

entries as (
    select
        parties.party_kind as party_kind,
        parties.party_id as party_id,
        start.indicator as indicator,
        start.indicator_zh as indicator_zh,
        'start' as event,
        '' as event_key,
        '' as event_zh,
        cast(null, 'Nullable(Date32)') as happened_on,
        cast(null, 'Nullable(Date32)') as ends_on,
        toDecimal64(start.points, 2) as points
    from (select party_kind, ifNull(party_id, '') as party_id from parties) as parties
    cross join (select * from {{ ref('credit_rule') }} where event = 'start') as start

    union all

    select
        limited.party_kind as party_kind,
        limited.party_id as party_id,
        limited.indicator as indicator,
        limited.indicator_zh as indicator_zh,
        limited.event as event,
        limited.event_key as event_key,
        limited.event_zh as event_zh,
        cast(limited.happened_on, 'Nullable(Date32)') as happened_on,
        cast(limited.ends_on, 'Nullable(Date32)') as ends_on,
        toDecimal64(
            if(limited.points < 0,
                greatest(limited.reached, -limited.most) - greatest(limited.reached - limited.points, -limited.most),
                least(limited.reached, limited.most) - least(limited.reached - limited.points, limited.most)), 2) as points
    from limited
    inner join parties on parties.party_kind = limited.party_kind and parties.party_id = limited.party_id
)

-- An entry that changes nothing is left out, and the last one keeps the sum in its limits. All of a party at once: read twice, all entries would be
-- worked out twice.
select
    party.party_kind as party_kind,
    party.party_id as party_id,
    entry.1 as indicator,
    entry.2 as indicator_zh,
    entry.3 as event,
    entry.4 as event_key,
    entry.5 as event_zh,
    entry.6 as happened_on,
    entry.7 as ends_on,
    entry.8 as points
from (
    select
        entries.party_kind as party_kind,
        entries.party_id as party_id,
        groupArrayIf(
            (
                entries.indicator, entries.indicator_zh, entries.event, entries.event_key, entries.event_zh,
                entries.happened_on, entries.ends_on, entries.points
            ),
            entries.event = 'start' or entries.points != 0
        ) as counting,
        sum(entries.points) as total,
        sumIf(entries.points, entries.event = 'start') as start
    from entries
    group by entries.party_kind, entries.party_id
) as party
array join arrayConcat(party.counting, if(
    party.total < 0 or party.total > party.start,
    [(
        'limit', '上下限', 'limit', '', '', cast(null, 'Nullable(Date32)'), cast(null, 'Nullable(Date32)'),
        toDecimal64(greatest(toDecimal64(0, 2), least(party.total, party.start)) - party.total, 2)
    )],
    []
)) as entry
