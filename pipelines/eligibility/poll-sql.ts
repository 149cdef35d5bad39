/** What a poll says of each household of a crowd, as SQL: written down by a poll, and worked out again of an old one. */
import { literal } from '../../warehouse/engine/sql.ts';
import type { Analysis, Definitions } from './definitions.ts';
import { judgeSql, OUTCOMES } from './judge-sql.ts';
import type { Crowd } from './many.ts';
import type { EligibilityRule, RuleSet } from './rule.ts';

export interface Judgement {
  /** Rules to tell about, each after its parts. */
  told: readonly EligibilityRule[];
  rules: RuleSet;
  known: Definitions;
  /** Numbers of data sets that have not answered. */
  silent: ReadonlySet<string>;
  asked: readonly Analysis[];
}

const word = (verdict: string): string => `['${OUTCOMES.join("', '")}'][${verdict} + 1]`;

/**
 * A SELECT to stand after the crowd's relations; parameters `{known}`, `{city}`, `{asked}`. One row a household: where and what it holds, `verdict`,
 * the rules that `failed` and are `doubted`, their `reasons` and `rule_analyses` in that order, and `verdicts` in the order of `{asked}`.
 */
export function polledSql({ told, rules, known, silent, asked }: Judgement, { scope }: Crowd): string {
  // A part of a rule may decide in its own analysis: where that was not asked, it says nothing here.
  const decide = told
    .map(({ decides, analysis }) => (decides === undefined || !asked.includes(analysis) ? '0' : '1'))
    .join(', ');
  const names = `[${told.map(({ rule }) => literal(rule)).join(', ')}]`;
  const analyses = `[${told.map(({ analysis }) => literal(analysis)).join(', ')}]`;
  const of = (array: string, outcome: number): string =>
    `arrayFilter((told, outcome, decides) -> outcome = ${outcome} AND decides = 1, ${array}, judged.outcomes, [${decide}])`;
  const both = (array: string): string => `arrayConcat(${of(array, 0)}, ${of(array, 1)})`;
  return `SELECT judged.of_application AS household_id, judged.day AS day, placed.house_code AS house_code, placed.programme AS programme,
      judged.of_form AS form, placed.district_code AS district_code, placed.street_code AS street_code, placed.community_code AS community_code,
      ${word('arrayMin(judged.verdicts)')} AS verdict, ${of(names, 0)} AS failed, ${of(names, 1)} AS doubted, ${both('judged.reasons')} AS reasons,
      ${both(analyses)} AS rule_analyses, arrayMap(one -> ${word('one')}, judged.verdicts) AS verdicts
    FROM (${judgeSql(told, rules, known, silent, asked)}) AS judged
    INNER JOIN ${scope} AS placed ON placed.household_id = judged.of_application`;
}
