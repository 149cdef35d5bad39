/** Indicators as the seeds a build reads: `credit_indicator` (a row an indicator and event) and `credit_grade`. */
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import type { AlertRule } from '../alerts/rule.ts';
import { csvText } from '../dbt/seed.ts';
import { partiesOf } from './check.ts';
import { type Credit, type Indicator, OTHER_CASES } from './definitions.ts';

export interface Cost {
  event: string;
  /** A time it happens; negative where it costs. */
  points: number;
}

/**
 * What an indicator counts, each event with its points; an event of a rule that is not there or costs nothing is left out.
 * @param indicators all in force: those they name are not among the others
 */
export function costsOf(
  one: Indicator,
  indicators: readonly Indicator[],
  rules: readonly AlertRule[],
): Cost[] {
  const named = new Set(indicators.flatMap(({ of }) => of));
  const others = rules
    .filter((rule) => !named.has(`case:${rule.rule}`) && partiesOf(rule)[0] === one.party)
    .map(({ rule }) => `case:${rule}`);
  return one.of
    .flatMap((event) => (event === OTHER_CASES ? others : [event]))
    .flatMap((event) => {
      const rule = rules.find((each) => `case:${each.rule}` === event);
      if (event.startsWith('case:') && !rule) return [];
      const points = one.points === 'rule' ? -(rule?.credit_points ?? 0) : one.points;
      return points === 0 ? [] : [{ event, points }];
    });
}

/** @param rules all whose cases may have been decided, those no longer looked at included */
export function creditSeeds(
  { start, grades, indicators }: Credit,
  rules: readonly AlertRule[],
): GeneratedFile[] {
  const rows = indicators.flatMap((one) =>
    costsOf(one, indicators, rules).map(({ event, points }) => [
      ...[event, one.indicator, one.zh, one.party],
      ...[points.toFixed(2), one.most.toFixed(2), String(one.days)],
    ]),
  );
  return [
    {
      path: 'seeds/credit_indicator.csv',
      content: csvText(
        ['event', 'indicator', 'indicator_zh', 'party_kind', 'points', 'most', 'days'],
        [['start', 'start', '起始分', '', start.toFixed(2), start.toFixed(2), '1'], ...rows],
      ),
    },
    {
      path: 'seeds/credit_grade.csv',
      content: csvText(
        ['grade', 'grade_zh', 'from_score'],
        grades.map(({ grade, zh, from }) => [grade, zh, from.toFixed(2)]),
      ),
    },
  ];
}
