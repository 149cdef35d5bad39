/**
 * An old poll worked out again: same day, same households, same knowledge, same rules, same data sets that had answered. Corrections that came since
 * are not in it; where it says something else, something known then has been taken away (an append-only set withdrawn).
 */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { objectNames } from '../object-names.ts';
import { analysisSchema } from './definitions.ts';
import { cityPrefix } from './judge.ts';
import { OUTCOMES } from './judge-sql.ts';
import { withCrowd } from './many.ts';
import { polledSql } from './poll-sql.ts';
import { keptRules } from './review.ts';
import { rulesInForce } from './staff.ts';

const SHOWN = 50;
const rowSchema = z.object({
  household: z.string(),
  kept: z.enum(OUTCOMES),
  /** '' where the household's people are not known any more. */
  verdict: z.enum(['', ...OUTCOMES]),
  keptReasons: z.array(z.string()),
  reasons: z.array(z.string()),
  isSame: z.boolean(),
  households: z.number(),
  different: z.number(),
});
export const pollAgainSchema = z.object({
  isSame: z.boolean(),
  /** Households looked at, and those of which it says something else now. */
  households: z.number().int(),
  different: z.number().int(),
  /** Some of them, those that differ first; with the applicant's name and number, masked. */
  rows: z.array(rowSchema.omit({ households: true, different: true }).extend({ name: z.string() })),
});
export type PollAgain = z.output<typeof pollAgainSchema>;

/**
 * @param household one of them alone
 * @throws AppError `not_found` for a poll there is not, or a household not in it or outside the divisions of `scope`
 */
export async function reproducePoll(
  { store, warehouse }: Pick<Platform, 'store' | 'warehouse'>,
  pollId: number,
  scope: { sql: string; params: Record<string, string> },
  household?: string,
): Promise<PollAgain> {
  const kept = await store.db
    .selectFrom('eligibility_poll')
    .select(['analyses', 'known_at', 'rules', 'silent'])
    .where('poll_id', '=', pollId)
    .where('state', '=', 'done')
    .executeTakeFirst();
  if (!kept) throw new AppError('not_found', `There is no poll ${pollId}.`, { where: { poll: pollId } });
  const told = keptRules.parse(kept.rules).map(({ definition }) => definition);
  const { known } = await rulesInForce(store);
  const asked = z.array(analysisSchema).parse(kept.analyses);
  const silent = new Set(z.array(z.string()).parse(kept.silent));
  const rules = new Map(told.map((rule) => [rule.rule, rule]));
  const params = { ...scope.params, poll: pollId, household: household ?? '' };
  const which = `poll_id = {poll:UInt64} AND ${scope.sql}${household === undefined ? '' : ' AND household_id = {household:String}'}`;
  const found = await withCrowd(
    warehouse,
    known,
    {
      scope: `SELECT household_id, house_code, programme, form, district_code, street_code, community_code, day, toString(verdict) AS kept,
          failed AS kept_failed, doubted AS kept_doubted, reasons AS kept_reasons
        FROM eligibility.verdict WHERE ${which}`,
      ...{ params, knownAt: kept.known_at },
    },
    async (crowd) =>
      warehouse.rows(
        `${crowd.relations}
         SELECT household, kept, verdict, keptReasons, reasons, isSame, toUInt32(count() OVER ()) AS households,
           toUInt32(countIf(NOT isSame) OVER ()) AS different
         FROM (
           SELECT was.household_id AS household, was.kept AS kept, polled.verdict AS verdict, was.kept_reasons AS keptReasons, polled.reasons AS reasons,
             (polled.verdict, polled.failed, polled.doubted, polled.reasons) = (was.kept, was.kept_failed, was.kept_doubted, was.kept_reasons) AS same,
             CAST(same, 'Bool') AS isSame
           FROM ${crowd.scope} AS was
           LEFT JOIN (${polledSql({ told, rules, known, silent, asked }, crowd)}) AS polled ON polled.household_id = was.household_id
         ) ORDER BY isSame, household LIMIT ${SHOWN}`,
        rowSchema,
        {
          ...{ lane: 'batch', tag: 'a poll worked out again', maxSeconds: 1800 },
          params: { known: kept.known_at.toISOString(), city: await cityPrefix(warehouse), asked },
        },
      ),
  );
  if (found.length === 0 && household !== undefined)
    throw new AppError('not_found', `There is no household ${household} in poll ${pollId}.`, {
      where: { poll: pollId, household },
    });
  const refOf = ({ household: key }: { household: string }) => ({ kind: 'household', key });
  const nameOf = await objectNames(warehouse, found.map(refOf));
  const { households, different } = found[0] ?? { households: 0, different: 0 };
  return {
    ...{ isSame: different === 0, households, different },
    rows: found.map(({ households: _, different: __, ...row }) => ({ ...row, name: nameOf(refOf(row)) })),
  };
}
