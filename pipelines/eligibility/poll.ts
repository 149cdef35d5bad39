/** Polling of present beneficiaries (在保轮询, data.md C.2; 002:6715-6727): all at once, and who was eligible and is no longer. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { chinaDayOf } from '../../domain/calendar.ts';
import { latestBusinessDate } from '../plan.ts';
import { silentDatasets } from './answered.ts';
import { beneficiariesSql, type Scope } from './beneficiaries.ts';
import { type Analysis, ANALYSES } from './definitions.ts';
import { cityPrefix, rulesFor } from './judge.ts';
import { withCrowd } from './many.ts';
import { polledSql } from './poll-sql.ts';
import { datasetsOfRule } from './rule.ts';
import { rulesInForce } from './staff.ts';

export interface PollRequest {
  /** Day it is about; the latest business date unless given. */
  day?: string;
  analyses?: readonly Analysis[];
  scope?: Scope;
  planId?: number;
}

/** Columns of `eligibility.verdict` that say what was found. */
const COLUMNS = [
  ...[
    'household_id',
    'day',
    'house_code',
    'programme',
    'form',
    'district_code',
    'street_code',
    'community_code',
  ],
  ...['verdict', 'failed', 'doubted', 'reasons', 'rule_analyses', 'verdicts'],
];

const counted = z.object({
  households: z.number(),
  passed: z.number(),
  doubted: z.number(),
  refused: z.number(),
  lost: z.number(),
  regained: z.number(),
});
export type PollCounts = z.output<typeof counted>;

/** @throws AppError `bad_request` for a day that has not come: a poll about it would stand before all of today's */
async function dayOfPoll(store: OperationalStore, day: string | undefined, now: Date): Promise<string> {
  const [latest, today] = [await latestBusinessDate(store), chinaDayOf(now)];
  const last = latest !== null && latest > today ? latest : today;
  if (day !== undefined && day > last)
    throw new AppError('bad_request', `The day ${day} has not come.`, {
      where: { day },
      fix: `Give a day up to ${last}.`,
    });
  return day ?? latest ?? today;
}

/** @throws AppError `bad_request` for a day that has not come @returns the poll's number and what it found; `lost` were not refused when the same analyses were last polled for that day or one before, and are now */
export async function poll(
  platform: Platform,
  { day, analyses, scope = {}, planId }: PollRequest,
  user: string,
): Promise<{ pollId: number; day: string } & PollCounts> {
  const { store, warehouse } = platform;
  const knownAt = new Date();
  const on = await dayOfPoll(store, day, knownAt);
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
    const judgement = { told, rules, known, silent, asked };
    const city = await cityPrefix(warehouse);
    await withCrowd(
      warehouse,
      known,
      { scope: await beneficiariesSql(scope, on), params: { ...scope, day: on }, knownAt },
      (crowd) =>
        warehouse.run(
          `INSERT INTO eligibility.verdict (poll_id, before, analyses, ${COLUMNS.join(', ')})
         ${crowd.relations}
         SELECT {poll:UInt64}, last.verdict, {asked:Array(String)}, ${COLUMNS.map((name) => `polled.${name}`).join(', ')}
         FROM (${polledSql(judgement, crowd)}) AS polled
         LEFT JOIN (
           SELECT household_id, toString(min(of_last)) AS verdict
           FROM (
             SELECT household_id, argMax(of_analysis, (day, poll_id)) AS of_last FROM eligibility.verdict
             ARRAY JOIN analyses AS analysis, verdicts AS of_analysis
             WHERE (day, poll_id) < (toDate32({on:String}), {poll:UInt64}) AND has({asked:Array(String)}, analysis)
             GROUP BY household_id, analysis
           ) GROUP BY household_id
         ) AS last ON last.household_id = polled.household_id`,
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
