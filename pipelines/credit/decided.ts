/** What people decided of cases of alert as right, as a seed of a run: so a build stays a function of its input. */
import { sql } from 'kysely';
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { csvText } from '../dbt/seed.ts';

/**
 * The seed that replaces the empty one of the project; none where nothing is decided. By decision, not by case: what comes back
 * takes nothing of what was decided before, and a second decision adds. A false alarm and a decision taken back cost nobody anything.
 */
export async function decidedCaseFiles({ db }: OperationalStore): Promise<GeneratedFile[]> {
  const decisions = await db
    .selectFrom('alert_decision as decision')
    .innerJoin('alert_case as found', 'found.violation_id', 'decision.violation_id')
    .select(['decision.decision_id', 'decision.violation_id', 'decision.since', 'decision.enterprise_id'])
    .select(['found.rule', 'found.rule_zh', 'found.object_kind', 'found.object_key'])
    .select(
      sql<string>`to_char(decision.decided_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')`.as('decided_on'),
    )
    .where('decision.verdict', '=', 'confirmed')
    .where('decision.stands', '=', true)
    .orderBy('decision.decision_id')
    .execute();
  if (decisions.length === 0) return [];
  return [
    {
      path: 'seeds/decided_case.csv',
      content: csvText(
        [
          ...['decision', 'case_id', 'rule', 'rule_zh', 'object_kind', 'object_key', 'enterprise_id'],
          ...['since', 'decided_on'],
        ],
        decisions.map((one) => [
          ...[String(one.decision_id), one.violation_id, one.rule, one.rule_zh, one.object_kind],
          ...[one.object_key, one.enterprise_id, one.since, one.decided_on],
        ]),
      ),
    },
  ];
}
