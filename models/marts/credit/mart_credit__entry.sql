{{ config(
    schema='mart_credit', alias='entry', materialized='table', engine='MergeTree()', order_by=['party_kind', 'party_id', 'indicator', 'event_key', 'event']
) }}
{#- One row per party and entry of its credit (M99, 002:1977): what happened, for how long it counts, how many points. The points of a party add up to its score. -#}
select
    entry.party_kind as party_kind,
    entry.party_id as party_id,
    entry.indicator as indicator,
    entry.indicator_zh as indicator_zh,
    entry.event as event,
    startsWith(entry.event, 'case:') as is_case,
    entry.event_key as event_key,
    entry.event_zh as event_zh,
    entry.happened_on as happened_on,
    entry.ends_on as ends_on,
    entry.points as points,
    {{ as_of() }} as as_of
from {{ ref('credit_entry') }} as entry
