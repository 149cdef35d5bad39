/** Findings of a run into cases: new ones opened, those found again kept, those gone marked, those put off resumed, what is late escalated (C0). */
import { sql } from 'kysely';
import { z } from 'zod';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Platform } from '../../warehouse/platform.ts';
import type { AlertRule } from './rule.ts';
import { keepLooks, restingRules } from './schedule.ts';

const finding = z.object({
  violation_id: z.string(),
  rule: z.string(),
  rule_zh: z.string(),
  family: z.string(),
  level: z.string(),
  object_kind: z.string(),
  object_key: z.string(),
  project_id: z.string(),
  enterprise_id: z.string(),
  district_code: z.string(),
  street_code: z.string(),
  community_code: z.string(),
  place_zh: z.string(),
  evidence_zh: z.string(),
  since: z.string(),
});
type Finding = z.output<typeof finding>;

/** Findings a statement; its text stays under some hundred KiB. */
const AT_ONCE = 1000;
/** So much time at least is left for a case that was put off, from the day it is open again. */
const DAYS_AFTER_SUSPENSION = 7;
/** Who opened, marked and escalated cases, in their events. */
const AUTHOR = 'run';

/**
 * Brings the cases to what a run found. Doing it twice changes nothing, and one that was killed is completed by the next.
 * @param asOf the business date of the run; `runId` tells its findings from those of others
 */
export async function syncCases(
  { warehouse, store }: Pick<Platform, 'warehouse' | 'store'>,
  rules: readonly AlertRule[],
  { asOf, runId }: { asOf: string; runId: string },
): Promise<void> {
  const resting = await restingRules(store, rules, asOf);
  const names = [...resting];
  const days = new Map(rules.map(({ rule, due_days }) => [rule, due_days]));
  for (let from = 0; ; from += AT_ONCE) {
    const found = await warehouse.rows(
      `SELECT violation_id, rule, rule_zh, family, level, object_kind, object_key, project_id, enterprise_id, district_code, street_code,
         community_code, concat(district_name, street_name, project_name) AS place_zh, evidence_zh, toString(since) AS since
       FROM mart_supervision.violation WHERE NOT has({resting:Array(String)}, rule) ORDER BY violation_id LIMIT ${AT_ONCE} OFFSET ${from}`,
      finding,
      { lane: 'batch', tag: 'alert cases', params: { resting: names } },
    );
    if (found.length > 0) await keep(store, found, days, { asOf, runId });
    if (found.length < AT_ONCE) break;
  }
  await store.db.transaction().execute(async (trx) => {
    await sql`
      WITH gone AS (
        UPDATE alert_case SET cleared_on = ${asOf}::date, version = version + 1, changed_at = now()
        WHERE found_run <> ${runId} AND cleared_on IS NULL AND rule NOT IN (SELECT jsonb_array_elements_text(${JSON.stringify(names)}::jsonb)) RETURNING violation_id)
      INSERT INTO alert_case_event (violation_id, kind, author) SELECT violation_id, 'cleared', ${AUTHOR} FROM gone`.execute(
      trx,
    );
    await sql`
      WITH back AS (
        UPDATE alert_case SET state = 'received', suspended_until = NULL, due_on = greatest(due_on, ${asOf}::date + ${DAYS_AFTER_SUSPENSION}::integer),
          version = version + 1, changed_at = now()
        WHERE state = 'suspended' AND suspended_until <= ${asOf}::date AND cleared_on IS NULL RETURNING violation_id)
      INSERT INTO alert_case_event (violation_id, kind, author) SELECT violation_id, 'resumed', ${AUTHOR} FROM back`.execute(
      trx,
    );
    await sql`
      WITH late AS (
        UPDATE alert_case SET escalated_on = ${asOf}::date, version = version + 1, changed_at = now()
        WHERE due_on < ${asOf}::date AND escalated_on IS NULL AND cleared_on IS NULL AND state IN ('new', 'received', 'handling')
        RETURNING violation_id)
      INSERT INTO alert_case_event (violation_id, kind, author) SELECT violation_id, 'escalated', ${AUTHOR} FROM late`.execute(
      trx,
    );
  });
  await keepLooks(
    store,
    rules.filter(({ rule }) => !resting.has(rule)),
    asOf,
  );
}

/** What a case becomes that was settled, went away and is found again. */
const IS_BACK = sql`alert_case.cleared_on IS NOT NULL AND alert_case.state IN ('closed', 'reviewed', 'false_alarm')`;
/** Whoever has seen the case has not seen this: it is back, or of another level. */
const IS_NEWS = sql`(alert_case.cleared_on IS NOT NULL OR alert_case.level <> excluded.level)`;

async function keep(
  store: OperationalStore,
  found: readonly Finding[],
  days: ReadonlyMap<string, number>,
  { asOf, runId }: { asOf: string; runId: string },
): Promise<void> {
  const rows = JSON.stringify(found.map((one) => ({ ...one, due_days: days.get(one.rule) ?? 30 })));
  const told = sql`jsonb_to_recordset(${rows}::jsonb) AS told (violation_id text, rule text, rule_zh text, family text, level text,
    object_kind text, object_key text, project_id text, enterprise_id text, district_code text, street_code text, community_code text,
    place_zh text, evidence_zh text, since date, due_days integer)`;
  await store.db.transaction().execute(async (trx) => {
    const news = sql`SELECT told.violation_id AS id, CASE WHEN alert_case.violation_id IS NULL THEN 'found'
        WHEN ${IS_BACK} THEN 'found_again' WHEN alert_case.cleared_on IS NOT NULL THEN 'found_still'
        WHEN alert_case.level <> told.level THEN 'level_' || told.level END AS kind
      FROM ${told} LEFT JOIN alert_case ON alert_case.violation_id = told.violation_id`;
    const events = await sql<{
      id: string;
      kind: string;
    }>`SELECT id, kind FROM (${news}) AS news WHERE kind IS NOT NULL`.execute(trx);
    await sql`
      INSERT INTO alert_case (violation_id, rule, rule_zh, family, level, object_kind, object_key, project_id, enterprise_id,
        district_code, street_code, community_code, place_zh, evidence_zh, since, first_found, last_found, due_on, found_run)
      SELECT violation_id, rule, rule_zh, family, level, object_kind, object_key, project_id, enterprise_id,
        district_code, street_code, community_code, place_zh, evidence_zh, since, ${asOf}::date, ${asOf}::date, ${asOf}::date + due_days, ${runId}
      FROM ${told}
      ON CONFLICT (violation_id) DO UPDATE SET
        rule_zh = excluded.rule_zh, family = excluded.family, level = excluded.level, evidence_zh = excluded.evidence_zh,
        place_zh = excluded.place_zh, last_found = greatest(alert_case.last_found, excluded.last_found), found_run = excluded.found_run,
        since = excluded.since, cleared_on = NULL,
        project_id = CASE WHEN ${IS_BACK} THEN excluded.project_id ELSE alert_case.project_id END,
        enterprise_id = CASE WHEN ${IS_BACK} THEN excluded.enterprise_id ELSE alert_case.enterprise_id END,
        recurrences = alert_case.recurrences + CASE WHEN ${IS_BACK} THEN 1 ELSE 0 END,
        due_on = CASE WHEN ${IS_BACK} THEN excluded.due_on ELSE alert_case.due_on END,
        escalated_on = CASE WHEN ${IS_BACK} THEN NULL ELSE alert_case.escalated_on END,
        version = alert_case.version + CASE WHEN ${IS_NEWS} THEN 1 ELSE 0 END,
        changed_at = CASE WHEN ${IS_NEWS} THEN now() ELSE alert_case.changed_at END,
        state = CASE WHEN ${IS_BACK} THEN 'new' ELSE alert_case.state END`.execute(trx);
    if (events.rows.length > 0)
      await trx
        .insertInto('alert_case_event')
        .values(events.rows.map(({ id, kind }) => ({ violation_id: id, kind, author: AUTHOR })))
        .execute();
  });
}
