/** Cases of alert people closed or reviewed as right, as a seed of a run: so a build stays a function of its input. */
import { sql } from 'kysely';
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { csvText } from '../dbt/seed.ts';

/** The seed that replaces the empty one of the project; none where nothing is decided. A false alarm costs nobody anything. */
export async function decidedCaseFiles({ db }: OperationalStore): Promise<GeneratedFile[]> {
  const cases = await db
    .selectFrom('alert_case')
    .select(['violation_id', 'rule', 'rule_zh', 'object_kind', 'object_key', 'enterprise_id', 'since'])
    .select((eb) =>
      eb
        .selectFrom('alert_case_event as event')
        .select(sql<string>`to_char(max(event.at AT TIME ZONE 'Asia/Shanghai'), 'YYYY-MM-DD')`.as('day'))
        .whereRef('event.violation_id', '=', 'alert_case.violation_id')
        .where('event.kind', '=', 'close')
        .as('decided_on'),
    )
    .where('state', 'in', ['closed', 'reviewed'])
    .orderBy('violation_id')
    .execute();
  if (cases.length === 0) return [];
  return [
    {
      path: 'seeds/decided_case.csv',
      content: csvText(
        ['case_id', 'rule', 'rule_zh', 'object_kind', 'object_key', 'enterprise_id', 'since', 'decided_on'],
        cases.map((one) => [
          ...[one.violation_id, one.rule, one.rule_zh, one.object_kind, one.object_key, one.enterprise_id],
          ...[one.since, one.decided_on ?? one.since],
        ]),
      ),
    },
  ];
}
