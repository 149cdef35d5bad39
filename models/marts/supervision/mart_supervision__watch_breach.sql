{{ config(
    schema='mart_supervision', alias='watch_breach', materialized='table', engine='MergeTree()', order_by=['object_key']
) }}
{#- One row per breach reported of a tenant (AL86, 002:1201, 002:2907): what was reported by whom, whether it stands, and whether anybody was the tenant then. -#}
with report as (
    select *, breach_state not in ('unfounded', 'withdrawn') as is_standing
    from {{ ref('breach_report') }}
    -- The as-of day is that of the agencies' newest delivery. What staff enter here after it is for people at once.
    where reported_on <= {{ as_of() }} or record_source = 'anju'
),

-- Several may report the same; each is a case of its own that names how many others there are.
reports as (
    select contract_no, count() as standing_365
    from report
    where contract_no != '' and is_standing and reported_on > subtractDays({{ as_of() }}, 365)
    group by contract_no
)

select
    report.breach_no as object_key,
    report.tenant_person_id as person_id,
    report.household_id as household_id,
    report.contract_no as contract_no,
    dwelling.enterprise_id as enterprise_id,
    {{ dwelling_key_columns('dwelling') }},
    {{ division_columns('report') }},
    report.breach_kind as kind,
    if(report.breach_kind_zh = '', '违约类型不明', report.breach_kind_zh) as kind_words,
    -- The articles of 《公共租赁住房管理办法》 that name it; it does not speak of affordable rental (保障性租赁住房).
    if(dwelling.project_kind = 'arh', '合同约定', transform(report.breach_kind,
        ['sublet', 'misuse', 'damage', 'illegal_activity', 'idle', 'arrears', 'overstay', 'untruthful'],
        arrayMap(article -> concat('公租房管理办法', article), [
            '第二十七条第一项', '第二十七条第二项', '第二十七条第三项', '第二十七条第四项', '第二十七条第五项', '第二十九条', '第三十条、第三十一条', '第三十五条'
        ]), '合同约定')) as clause,
    if(report.reporter_kind_zh = '', '未注明单位', report.reporter_kind_zh) as reporter,
    report.breach_state as state,
    report.is_standing as is_standing,
    report.is_open as is_open,
    report.is_after_contract as is_after_contract,
    report.occurred_on as occurred_on,
    report.reported_on as reported_on,
    least(report.occurred_on, {{ as_of() }}) as since,
    greatest(dateDiff('day', report.reported_on, {{ as_of() }}), 0) as days_since_report,
    report.evidence != '' as has_evidence,
    if(report.evidence = '', '未附证明文件', '附证明文件') as proof,
    greatest(toInt64(reports.standing_365) - (report.is_standing and days_since_report < 365), 0) as other_reports_365
from report
left join {{ ref('dwelling') }} as dwelling on dwelling.dwelling_id = report.dwelling_id and report.dwelling_id != ''
left join reports on reports.contract_no = report.contract_no and report.contract_no != ''
