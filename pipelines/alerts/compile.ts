/** From rules to the model `mart_supervision.violation`: a scan a subject, however many rules look at it. */
import { GENERATED } from '../../ingestion/generate/file.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { inert } from '../cleaning/inert.ts';
import { isSayable, OBJECT_COLUMNS } from '../conditions/object.ts';
import { allSql, filledSql, holdsSql, namedIn } from '../conditions/compile.ts';
import {
  checkComparison,
  refusal,
  type Subject,
  subjectNamed,
  type Subjects,
} from '../conditions/subjects.ts';
import { groupedBy } from '../grouped-by.ts';
import {
  type AlertRule,
  comparisonsOf,
  FAMILIES,
  isSummed,
  type MeasuredRule,
  type SummedRule,
} from './rule.ts';

/** @throws AppError `bad_request` that names the rule and what of it cannot be */
export function checkRule(rule: AlertRule, subjects: Subjects): void {
  const subject = subjectNamed(subjects, rule.subject, rule.rule);
  if (isSummed(rule)) {
    for (const name of rule.of.subjects) subjectNamed(subjects, name, rule.rule);
    return;
  }
  for (const one of comparisonsOf(rule)) checkComparison(subject, one, rule.rule);
  for (const measure of namedIn(rule.evidence))
    if (!isSayable(subject, measure))
      throw refusal(
        rule.rule,
        `its evidence names ${measure}, which ${subject.name} has not`,
        `It has ${Object.keys(subject.measures).join(', ')}.`,
      );
  if (rule.since !== undefined && subject.measures[rule.since]?.is !== 'date')
    throw refusal(rule.rule, `${rule.since} is no date of ${subject.name}`, 'Name a measure that is a date.');
}

const levelSql = (of: string, { level, raise }: MeasuredRule): string =>
  raise.length === 0
    ? literal(level)
    : `multiIf(${raise.map((one) => `${allSql(of, one.when)}, ${literal(one.level)}`).join(', ')}, ${literal(level)})`;

const byRule = (
  rules: readonly MeasuredRule[],
  sql: (rule: MeasuredRule) => string,
  otherwise: string,
): string =>
  `multiIf(${rules.map((rule, k) => `hit.rule_no = ${k + 1}, ${sql(rule)}`).join(',\n            ')}, ${otherwise})`;

/** Findings of every rule on one model: which rules hold is told first, what they say only of the rows they hold on. */
function findingsSql(
  model: string,
  rules: readonly MeasuredRule[],
  kinds: ReadonlyMap<string, Subject>,
): string {
  const holds = rules.map((rule, k) => {
    const kind = kinds.get(rule.subject)?.object_kind;
    const only = kind === undefined ? '' : `watched.object_kind = ${literal(kind)} and `;
    return `if(${only}${holdsSql('watched', rule)}, ${k + 1}, 0)`;
  });
  return `    select
        ${byRule(rules, ({ rule }) => literal(rule), "''")} as rule,
        ${byRule(rules, (rule) => levelSql('hit', rule), "''")} as level,
        ${byRule(rules, ({ subject }) => literal(subject), "''")} as object_kind,
        ${OBJECT_COLUMNS.map((column) => `hit.${column} as ${column}`).join(',\n        ')},
        ${byRule(rules, ({ since }) => (since === undefined ? '{{ as_of() }}' : `ifNull(toDate32(hit.${identifier(since)}), {{ as_of() }})`), '{{ as_of() }}')} as since,
        ${byRule(rules, (rule) => filledSql('hit', rule.evidence), "''")} as evidence_zh
    from (
        select
            watched.*,
            arrayJoin(arrayFilter(no -> no > 0, [
                ${holds.join(',\n                ')}
            ])) as rule_no
        from {{ ref('${model}') }} as watched
    ) as hit`;
}

/** What the findings of one owner, kind and level add up to: a place of the tuple by name, the owners' keys among them. */
const SUM_PARTS = ['object_kind', 'level', 'findings', 'since', 'project_id', 'enterprise_id'] as const;
const told = (part: (typeof SUM_PARTS)[number]): string => `told.${SUM_PARTS.indexOf(part) + 1}`;

/**
 * All direct findings added up, as one value. The engine works a common table expression out again for each query that names it, and all rules of all
 * subjects with it; a query for one value, written alike, it works out once.
 */
const FINDING_SUMS = `finding_sums as (
    select groupArray((${SUM_PARTS.join(', ')})) as sums
    from (
        select object_kind, level, count() as findings, min(since) as since, project_id, enterprise_id
        from direct_finding
        group by object_kind, level, project_id, enterprise_id
    )
)`;

/** Findings of a rule that adds up others' findings, by project or enterprise. */
function summedSql(rule: SummedRule, subject: Subject): string {
  const key = told(`${rule.subject}_id`);
  return `    select
        ${literal(rule.rule)} as rule,
        ${literal(rule.level)} as level,
        ${literal(rule.subject)} as object_kind,
        ${OBJECT_COLUMNS.map((column) => `watched.${column} as ${column}`).join(',\n        ')},
        summed.since as since,
        concat('有 ', toString(summed.findings), ' 条相关告警未消除') as evidence_zh
    from (
        select ${key} as owner_key, sum(${told('findings')}) as findings, min(${told('since')}) as since
        from (select arrayJoin((select sums from finding_sums)) as told) as finding_sum
        where ${key} != '' and ${told('object_kind')} in (${rule.of.subjects.map(literal).join(', ')})
            and ${told('level')} in (${rule.of.levels.map(literal).join(', ')})
        group by owner_key
        having findings >= ${rule.of.at_least}
    ) as summed
    inner join {{ ref('${subject.model}') }} as watched on watched.object_key = summed.owner_key`;
}

const transformSql = (rules: readonly AlertRule[], value: (rule: AlertRule) => string): string =>
  `transform(finding.rule, [${rules.map(({ rule }) => literal(rule)).join(', ')}], [${rules.map((rule) => inert(value(rule))).join(', ')}], '')`;

/** @throws AppError `bad_request` for a rule that does not fit its subject */
export function violationModelSql(rules: readonly AlertRule[], subjects: Subjects): string {
  for (const rule of rules) checkRule(rule, subjects);
  const measured = rules.filter((rule): rule is MeasuredRule => !isSummed(rule));
  const summed = rules.filter(isSummed);
  const byModel = groupedBy(measured, ({ subject, rule }) => subjectNamed(subjects, subject, rule).model);
  const direct = [...byModel].map(([model, own]) => findingsSql(model, own, subjects));
  const sums = summed.map((rule) => summedSql(rule, subjectNamed(subjects, rule.subject, rule.rule)));
  return `{#- ${GENERATED}
  One row a rule and object it holds on, as of the day of the run; the rules are models/alerts/ and those of the home's staff.
  \`violation_id\` stays from run to run as long as rule and object do. \`summary_zh\` names a building at most: it is shown on walls. -#}
{{ config(
    schema='mart_supervision', alias='violation', materialized='table', engine='MergeTree()',
    order_by=['rule', 'district_code', 'street_code', 'violation_id'],
    query_settings={'query_plan_enable_optimizations': 0}
) }}
{#- Planned as it is written: nothing here is found by a key, and to look for a better plan of all rules took longer than all of them take. -#}
with direct_finding as (
${direct.join('\n\n    union all\n\n')}
)${
    sums.length === 0
      ? ''
      : `,

${FINDING_SUMS},

summed_finding as (
${sums.join('\n\n    union all\n\n')}
)`
  }

select
    lower(hex(sipHash128(finding.rule, finding.object_key))) as violation_id,
    finding.rule as rule,
    ${transformSql(rules, ({ zh }) => zh)} as rule_zh,
    ${transformSql(rules, ({ family }) => family)} as family,
    ${transformSql(rules, ({ family }) => FAMILIES[family])} as family_zh,
    finding.level as level,
    finding.object_kind as object_kind,
    ${OBJECT_COLUMNS.map((column) => `finding.${column} as ${column}`).join(',\n    ')},
    finding.since as since,
    dateDiff('day', finding.since, {{ as_of() }}) as days_open,
    finding.evidence_zh as evidence_zh,
    concat(finding.street_name, finding.project_name,
        if(match(finding.building_no, '^[0-9A-Za-z]+$'), concat(finding.building_no, '幢'), finding.building_no),
        '：', rule_zh) as summary_zh,
    {{ as_of() }} as as_of
from (
    select * from direct_finding
${sums.length === 0 ? '' : '\n    union all\n\n    select * from summed_finding\n'}) as finding
`;
}
