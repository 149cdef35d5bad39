/** Polling of present beneficiaries (在保轮询, data.md C.2; 002:6715-6727): all at once, and who was eligible and is no longer. */
import { z } from 'zod';
import { literal } from '../../warehouse/engine/sql.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { chinaDayOf } from '../../domain/calendar.ts';
import { latestBusinessDate } from '../plan.ts';
import { silentDatasets } from './answered.ts';
import { type Analysis, ANALYSES } from './definitions.ts';
import { cityPrefix, rulesFor } from './judge.ts';
import { judgeSql, OUTCOMES } from './judge-sql.ts';
import { beneficiariesSql, type Scope, withCrowd } from './many.ts';
import { datasetsOfRule } from './rule.ts';
import { rulesInForce } from './staff.ts';

export interface PollRequest {
  /** Day it is about; the latest business date unless given. */
  day?: string;
  analyses?: readonly Analysis[];
  scope?: Scope;
  planId?: number;
}

const word = (verdict: string): string => `['${OUTCOMES.join("', '")}'][${verdict} + 1]`;

const counted = z.object({
  households: z.number(),
  passed: z.number(),
  doubted: z.number(),
  refused: z.number(),
  lost: z.number(),
  regained: z.number(),
});
export type PollCounts = z.output<typeof counted>;

/** @returns the poll's number and what it found; `lost` were not refused when the same analyses were last polled for that day or one before, and are now */
export async function poll(
  platform: Platform,
  { day, analyses, scope = {}, planId }: PollRequest,
  user: string,
): Promise<{ pollId: number; day: string } & PollCounts> {
  const { store, warehouse } = platform;
  const knownAt = new Date();
  const on = day ?? (await latestBusinessDate(store)) ?? chinaDayOf(knownAt);
  const asked = analyses ?? (Object.keys(ANALYSES) as Analysis[]);
  const { known, rules, versions } = await rulesInForce(store);
  const told = rulesFor(rules, 'holding', asked);
  const also = new Set(told.flatMap((rule) => datasetsOfRule(rule, rules, known)));
  const silent = await silentDatasets(platform, known, { analyses: asked, knownAt, day: on, also });
  const { poll_id: pollId } = await store.db
    .insertInto('eligibility_poll')
    .values({
      ...{ plan_id: planId ?? null, day: on, known_at: knownAt, asked_by: user },
      analyses: JSON.stringify(asked),
      scope: JSON.stringify(scope),
      silent: JSON.stringify([...silent]),
      rules: JSON.stringify(
        told.map((definition) => ({ definition, version: versions.get(definition.rule) ?? 0 })),
      ),
    })
    .returning('poll_id')
    .executeTakeFirstOrThrow();
  const finish = (state: 'done' | 'failed', counts: Partial<PollCounts>): Promise<unknown> =>
    store.db
      .updateTable('eligibility_poll')
      .set({ state, ...counts, finished_at: new Date() })
      .where('poll_id', '=', pollId)
      .execute();
  try {
    // A part of a rule may decide in its own analysis: where that was not asked, it says nothing here.
    const decide = told
      .map(({ decides, analysis }) => (decides === undefined || !asked.includes(analysis) ? '0' : '1'))
      .join(', ');
    const names = told.map(({ rule }) => literal(rule)).join(', ');
    const ofOutcome = (array: string, outcome: number): string =>
      `arrayFilter((told, outcome, decides) -> outcome = ${outcome} AND decides = 1, ${array}, outcomes, [${decide}])`;
    const analysesOf = told.map(({ analysis }) => literal(analysis)).join(', ');
    const city = await cityPrefix(warehouse);
    await withCrowd(
      warehouse,
      known,
      { scope: beneficiariesSql(scope), params: { ...scope, day: on } },
      (crowd) =>
        warehouse.run(
          `INSERT INTO eligibility.verdict (poll_id, day, household_id, programme, form, district_code, street_code, community_code, verdict, before, failed, doubted, reasons,
             rule_analyses, analyses, verdicts)
         ${crowd.relations}
         SELECT {poll:UInt64}, judged.day, judged.of_application, placed.programme, judged.of_form, placed.district_code, placed.street_code,
           placed.community_code, ${word('arrayMin(judged.verdicts)')}, last.verdict, ${ofOutcome(`[${names}]`, 0)},
           ${ofOutcome(`[${names}]`, 1)}, arrayConcat(${ofOutcome('reasons', 0)}, ${ofOutcome('reasons', 1)}),
           arrayConcat(${ofOutcome(`[${analysesOf}]`, 0)}, ${ofOutcome(`[${analysesOf}]`, 1)}), {asked:Array(String)},
           arrayMap(verdict -> ${word('verdict')}, judged.verdicts)
         FROM (${judgeSql(told, rules, known, silent, asked)}) AS judged
         INNER JOIN ${crowd.scope} AS placed ON placed.household_id = judged.of_application
         LEFT JOIN (
           SELECT household_id, toString(min(of_last)) AS verdict
           FROM (
             SELECT household_id, argMax(of_analysis, (day, poll_id)) AS of_last FROM eligibility.verdict
             ARRAY JOIN analyses AS analysis, verdicts AS of_analysis
             WHERE (day, poll_id) < (toDate32({on:String}), {poll:UInt64}) AND has({asked:Array(String)}, analysis)
             GROUP BY household_id, analysis
           ) GROUP BY household_id
         ) AS last ON last.household_id = judged.of_application`,
          {
            ...{ lane: 'batch', tag: 'poll of beneficiaries', maxSeconds: 1800 },
            params: { poll: pollId, known: knownAt.toISOString(), city, asked, on },
          },
        ),
    );
    const [counts] = await warehouse.rows(
      `SELECT toUInt32(count()) AS households, toUInt32(countIf(verdict = 'pass')) AS passed, toUInt32(countIf(verdict = 'doubt')) AS doubted,
         toUInt32(countIf(verdict = 'refuse')) AS refused, toUInt32(countIf(verdict = 'refuse' AND before != 'refuse')) AS lost,
         toUInt32(countIf(verdict != 'refuse' AND before = 'refuse')) AS regained
       FROM eligibility.verdict WHERE poll_id = {poll:UInt64}`,
      counted,
      { lane: 'batch', params: { poll: pollId }, tag: 'count of a poll' },
    );
    const found = counts ?? { households: 0, passed: 0, doubted: 0, refused: 0, lost: 0, regained: 0 };
    await finish('done', found);
    return { pollId, day: on, ...found };
  } catch (error) {
    await finish('failed', {});
    throw error;
  }
}
