/**
 * Measures of households, and what each rule says of them, as SQL over the facts. A rule has one of three outcomes: it holds (2), it does not (0),
 * or nobody can say (1), because a value is missing or a data set has not answered; `all` is the least of its parts, `any` the greatest.
 */
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { allSql, filledSql } from '../conditions/compile.ts';
import type { Analysis, Definitions, Measure } from './definitions.ts';
import {
  comparisonsOf,
  datasetsOfRule,
  type EligibilityRule,
  isCombined,
  partsOf,
  type RuleSet,
} from './rule.ts';

export const OUTCOMES = ['refuse', 'doubt', 'pass'] as const;
export type Verdict = (typeof OUTCOMES)[number];

const householdSql = (name: string, { household, known }: Measure): string => {
  const value = `m_${name}`;
  const one = household === 'mean' ? `toDecimal64(sum(${value}) / count(), 2)` : `${household}(${value})`;
  return `${known === undefined ? one : `if(max(k_${name}) > 0, ${one}, NULL)`} AS ${identifier(name)}`;
};

/** One row a household of `facts`, with every measure, and `<measure>_zh` of what is yes or no. */
export function measuresSql({ measures }: Definitions): string {
  const all = [...measures];
  const ofMember = all.flatMap(([name, { member, known }]) => [
    `${member} AS m_${name}`,
    ...(known === undefined ? [] : [`${known} AS k_${name}`]),
  ]);
  const spoken = all.flatMap(([name, { is }]) =>
    is === 'yes_no' ? [`if(${identifier(name)} != 0, '是', '否') AS ${identifier(`${name}_zh`)}`] : [],
  );
  return `SELECT *, ${spoken.join(', ')} FROM (
    SELECT of_application, of_form, of_programme, day, ${all.map(([name, measure]) => householdSql(name, measure)).join(',\n        ')}
    FROM (
        SELECT of_application, of_member, of_form, of_programme, day,
            ${ofMember.join(',\n            ')}
        FROM facts
        GROUP BY of_application, of_member, of_form, of_programme, day
    )
    GROUP BY of_application, of_form, of_programme, day
)`;
}

/** @param silent numbers of data sets that have not answered */
function outcomeSql(
  rule: EligibilityRule,
  rules: RuleSet,
  known: Definitions,
  silent: ReadonlySet<string>,
): string {
  if (isCombined(rule)) {
    const parts = partsOf(rule).flatMap((name) => {
      const part = rules.get(name);
      return part ? [outcomeSql(part, rules, known, silent)] : [];
    });
    return parts.length === 1 ? (parts[0] ?? '1') : `${rule.all ? 'least' : 'greatest'}(${parts.join(', ')})`;
  }
  if (datasetsOfRule(rule, rules, known).some((number) => silent.has(number))) return 'toUInt8(1)';
  const column = `measured.${identifier(rule.measure)}`;
  return `toUInt8(multiIf(isNull(${column}), 1, ${allSql('measured', comparisonsOf(rule))}, 2, 0))`;
}

/** The outcome where the rule applies. Of a household whose programme nobody knows, a rule meant for some programmes refuses nothing: it may not be meant for it. */
function appliedSql(...[rule, rules, known, silent]: Parameters<typeof outcomeSql>): string {
  const outcome = outcomeSql(rule, rules, known, silent);
  return rule.programmes === undefined
    ? outcome
    : `if(measured.of_programme = '', greatest(${outcome}, toUInt8(1)), ${outcome})`;
}

/** Does the rule apply to the household on its day? */
function appliesSql({ forms, programmes, starts, ends }: EligibilityRule): string {
  const when = [
    `measured.of_form IN (${forms.map(literal).join(', ')}) OR measured.of_form = ''`,
    ...(programmes === undefined
      ? []
      : [`measured.of_programme IN (${programmes.map(literal).join(', ')}) OR measured.of_programme = ''`]),
    ...(starts === undefined ? [] : [`measured.day >= toDate32(${literal(starts)})`]),
    ...(ends === undefined ? [] : [`measured.day < toDate32(${literal(ends)})`]),
  ];
  return when.map((one) => `(${one})`).join(' AND ');
}

const reasonSql = ({ reason }: EligibilityRule, { measures }: Definitions): string =>
  filledSql(
    'measured',
    reason.replaceAll(/\{([a-z][a-z0-9_]*)\}/g, (braced, name: string) =>
      measures.get(name)?.is === 'yes_no' ? `{${name}_zh}` : braced,
    ),
  );

/**
 * What a household's verdict is under the rules that decide (0 refuse, 1 doubt, 2 pass), over a row `measured`.
 * @param atBest the best that can be said: a doubt where a data set has not answered, whatever the others say
 */
export function verdictSql(
  told: readonly EligibilityRule[],
  rules: RuleSet,
  known: Definitions,
  silent: ReadonlySet<string>,
  atBest: Verdict = silent.size > 0 ? 'doubt' : 'pass',
): string {
  const decided = told.flatMap((rule) => {
    if (rule.decides === undefined) return [];
    const failed = rule.decides === 'refuse' ? '0' : '1';
    const outcome = appliedSql(rule, rules, known, silent);
    return [`toUInt8(if(${appliesSql(rule)}, transform(${outcome}, [0, 1], [${failed}, 1], 2), 2))`];
  });
  return `arrayMin([${[...decided, `toUInt8(${OUTCOMES.indexOf(atBest)})`].join(',\n        ')}])`;
}

/**
 * One row a household of `facts`: `of_application, of_form, of_programme, day`, the measures, `verdict`, and `outcomes` and `reasons` in the order of `told`.
 * Rules that do not apply have the outcome 3.
 * @param told the rules to tell about; those that decide make the verdict
 * @param analyses whose `verdicts` are told besides, each of its own rules and data sets
 */
export function judgeSql(
  told: readonly EligibilityRule[],
  rules: RuleSet,
  known: Definitions,
  silent: ReadonlySet<string>,
  analyses: readonly Analysis[] = [],
): string {
  const verdicts = analyses.map((analysis) => {
    const isSilent = [...silent].some((number) => known.datasets.get(number)?.analysis === analysis);
    const own = told.filter((rule) => rule.analysis === analysis);
    return verdictSql(own, rules, known, silent, isSilent ? 'doubt' : 'pass');
  });
  const outcomes = told.map(
    (rule) => `toUInt8(if(${appliesSql(rule)}, ${appliedSql(rule, rules, known, silent)}, 3))`,
  );
  return `SELECT measured.*,
    ${verdictSql(told, rules, known, silent)} AS verdict,
    CAST([${verdicts.join(',\n        ')}], 'Array(UInt8)') AS verdicts,
    [${outcomes.join(',\n        ')}] AS outcomes,
    [${told.map((rule) => reasonSql(rule, known)).join(',\n        ')}] AS reasons
FROM (${measuresSql(known)}) AS measured`;
}
