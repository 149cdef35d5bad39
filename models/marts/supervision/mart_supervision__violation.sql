{{ config(
    schema='mart_supervision', alias='violation', materialized='table', engine='MergeTree()',
    order_by=['rule', 'district_code', 'street_code', 'violation_id']
) }}
{#-
  One row per finding of a rule on an object. `violation_id` is the same from run to run as long as rule and object are,
  so that what was read, handled or muted stays so. `summary_zh` names a building at most: it is shown on walls.
-#}
with dwelling_findings as (
    select
        dwelling_use.dwelling_id as dwelling_id,
        dwelling_use.running_contract_no as contract_no,
        arrayJoin(arrayFilter(finding -> finding.1 != '', [
            if(
                dwelling_use.is_let and dwelling_use.vacant_by_doors and dwelling_use.vacant_by_meters
                    and dwelling_use.running_since <= {{ window_start(var('vacancy_window_days')) }},
                ('vacant_while_let', 'medium', {{ window_start(var('vacancy_window_days')) }},
                    format('合同 {} 在租，近 {} 天开门 {} 次，用水 {} 立方米，用电 {} 千瓦时，用气 {} 立方米',
                        dwelling_use.running_contract_no, toString({{ var('vacancy_window_days') }}),
                        toString(dwelling_use.door_events), toString(dwelling_use.water_usage),
                        toString(dwelling_use.electricity_usage), toString(dwelling_use.gas_usage))),
                ('', '', toDate32(0), '')
            ),
            if(
                dwelling_use.vacant_by_contract and dwelling_use.vacancy_days > {{ var('overlong_vacancy_days') }},
                ('overlong_vacancy', 'medium', ifNull(dwelling_use.vacant_since, {{ as_of() }}),
                    format('无在租合同 {} 天', toString(dwelling_use.vacancy_days))),
                ('', '', toDate32(0), '')
            ),
            if(
                dwelling_use.in_stock and not dwelling_use.is_let
                    and ifNull(dwelling_use.last_contract_end < {{ window_start(var('vacancy_window_days')) }}, 1)
                    and dwelling_use.door_days >= {{ var('use_door_days') }} and dwelling_use.meters_moved,
                ('let_without_contract', 'high', {{ window_start(var('vacancy_window_days')) }},
                    format('无在租合同，近 {} 天有 {} 天开门，用水 {} 立方米，用电 {} 千瓦时，用气 {} 立方米',
                        toString({{ var('vacancy_window_days') }}), toString(dwelling_use.door_days),
                        toString(dwelling_use.water_usage), toString(dwelling_use.electricity_usage),
                        toString(dwelling_use.gas_usage))),
                ('', '', toDate32(0), '')
            )
        ])) as finding
    from {{ ref('dwelling_use') }} as dwelling_use
),

findings as (
    select
        finding.1 as rule, finding.2 as level, 'dwelling' as object_kind, dwelling_id as object_key,
        '' as person_id, dwelling_id, contract_no, finding.3 as since, finding.4 as evidence_zh
    from dwelling_findings

    union all

    select
        'arrears', if(arrears.overdue_months >= {{ var('arrears_months_high') }}, 'high', 'medium'), 'contract',
        arrears.contract_no, contract.tenant_person_id,
        if(contract.dwelling_id != '', contract.dwelling_id, arrears.billed_dwelling_id), arrears.contract_no,
        arrears.oldest_due_on,
        format('欠租 {} 期，共 {} 元', toString(arrears.overdue_months), toString(arrears.overdue_amount))
    from {{ ref('contract_arrears') }} as arrears
    left join {{ ref('contract') }} as contract on contract.contract_no = arrears.contract_no
    where arrears.overdue_months >= {{ var('arrears_months') }}
        or arrears.overdue_amount >= {{ var('arrears_amount_yuan') }}

    union all

    select
        'second_home', 'high', 'household', household_id, min(person_id), min(dwelling_id), min(contract_no),
        min(ifNull(acquired_on, benefit_since)),
        format('保障家庭成员名下住房 {} 处，其中保障开始后取得 {} 处', toString(count()), toString(countIf(acquired_relation = 'after')))
    from {{ ref('second_home_finding') }} as second_home
    group by household_id

    union all

    select
        'contract_expiring', 'low', 'contract', contract_no, tenant_person_id, dwelling_id, contract_no,
        subtractDays(ends_on, {{ var('contract_expiring_days') }}),
        format('合同 {} 天后到期', toString(dateDiff('day', {{ as_of() }}, ends_on)))
    from {{ ref('contract_standing') }} as contract
    where standing = 'running' and ends_on <= addDays({{ as_of() }}, {{ var('contract_expiring_days') }})

    union all

    select
        'complaint_overdue', 'medium', 'complaint', complaint_no, '', dwelling_id, '',
        toDate32(due_at, 'Asia/Shanghai'), format('投诉应于 {} 前答复，尚未答复', toString(toDate32(due_at, 'Asia/Shanghai')))
    from {{ ref('complaint') }} as complaint
    where answered_at is null and complaint_state not in ('rejected', 'withdrawn')
        and toDate32(due_at, 'Asia/Shanghai') < {{ as_of() }}
)

select
    lower(hex(sipHash128(findings.rule, findings.object_key))) as violation_id,
    findings.rule as rule,
    transform(findings.rule,
        ['vacant_while_let', 'overlong_vacancy', 'let_without_contract', 'arrears', 'second_home', 'contract_expiring',
            'complaint_overdue'],
        ['已租空置', '空置时长超限', '未出租违规使用', '租金拖欠', '保障对象另有住房', '合同到期', '投诉超期未答复'], '') as rule_zh,
    findings.level as level,
    findings.object_kind as object_kind,
    findings.object_key as object_key,
    findings.person_id as person_id,
    findings.contract_no as contract_no,
    findings.dwelling_id as dwelling_id,
    dwelling.house_code as house_code,
    dwelling.building_no as building_no,
    dwelling.unit_no as unit_no,
    dwelling.room_no as room_no,
    {{ project_columns('project') }},
{%- for column in ['district_code', 'district_name', 'street_code', 'street_name', 'community_code', 'community_name'] %}
    multiIf(dwelling.dwelling_id != '', dwelling.{{ column }}, complaint.complaint_no != '', complaint.{{ column }},
        application.{{ column }}) as {{ column }},
{%- endfor %}
    findings.since as since,
    dateDiff('day', findings.since, {{ as_of() }}) as days_open,
    findings.evidence_zh as evidence_zh,
    concat(street_name, project.project_name, if(match(dwelling.building_no, '^[0-9A-Za-z]+$'), concat(dwelling.building_no, '幢'), dwelling.building_no),
        '：', rule_zh) as summary_zh,
    {{ as_of() }} as as_of
from findings
left join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = findings.dwelling_id
left join {{ ref('complaint') }} as complaint
    on complaint.complaint_no = findings.object_key and findings.object_kind = 'complaint'
left join {{ ref('project') }} as project
    on project.project_id = if(dwelling.dwelling_id != '', dwelling.project_id, complaint.project_id)
left join {{ ref('application') }} as application
    on application.household_id = findings.object_key and findings.object_kind = 'household'
