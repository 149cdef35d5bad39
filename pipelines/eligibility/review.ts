/** Pre-review of an application (预审, data.md A.1, C.1): judged, kept with all it took, and judged again as on the day it was given. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { chinaDayOf } from '../../domain/calendar.ts';
import { AppError } from '../../domain/errors.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { latestBusinessDate } from '../plan.ts';
import { silentDatasets } from './answered.ts';
import { readCase } from './case.ts';
import { type Analysis, ANALYSES, analysisSchema } from './definitions.ts';
import { judgeCase, type Outcome, outcomeSchema, type Verdict } from './judge.ts';
import { type EligibilityRule, type Programme, ruleSchema } from './rule.ts';
import { rulesInForce } from './staff.ts';

export interface Review {
  reviewId: number;
  applicationNo: string;
  day: string;
  knownAt: Date;
  analyses: Analysis[];
  form: string;
  /** 保障项目 it was judged for; '' not known. */
  programme: string;
  verdict: Verdict;
  /** Numbers of data sets that had not answered. */
  silent: string[];
  outcomes: Outcome[];
  askedBy: string;
  askedAt: Date;
}
/** Column and value a person is confined to; none: the whole city. */
export type Within =
  { column: 'district_code' | 'street_code' | 'community_code'; value: string } | undefined;

/** Rules as they are kept with what they judged. */
export const keptRules = z.array(z.object({ version: z.number().int(), definition: ruleSchema }));

export interface ReviewRequest {
  applicationNo: string;
  /** Day it is about, YYYY-MM-DD: the latest business date unless given. */
  day?: string;
  /** What was known then; now unless given. */
  knownAt?: Date;
  analyses?: readonly Analysis[];
  /** 保障项目 it is judged for; of a subsidy it is known, else not unless given. */
  programme?: Programme;
}

/** @throws AppError `not_found` for a number nobody knew then, or outside the division the person is confined to */
export async function review(
  platform: Platform,
  { applicationNo, day, knownAt = new Date(), analyses, programme }: ReviewRequest,
  { user, within }: { user: string; within?: Within },
): Promise<Review> {
  const { store, warehouse } = platform;
  const on = day ?? (await latestBusinessDate(store)) ?? chinaDayOf(knownAt);
  const asked = analyses ?? (Object.keys(ANALYSES) as Analysis[]);
  const inForce = await rulesInForce(store);
  const one = await readCase(warehouse, applicationNo, { day: on, knownAt });
  const place = placeOf(one);
  if (within && place[within.column] !== within.value) throw unknown(applicationNo);
  const people = one.members.filter(({ idNumber }) => idNumber !== '');
  const silent = await silentDatasets(platform, inForce.known, { analyses: asked, knownAt, day: on, people });
  const judgedFor = programme ?? (one.form === 'subsidy' ? 'subsidy' : '');
  const { verdict, outcomes } = await judgeCase(warehouse, inForce, one, {
    ...{ day: on, knownAt, programme: judgedFor, occasion: 'application', analyses: asked, silent },
  });
  const row = await store.db
    .insertInto('eligibility_review')
    .values({
      ...{
        application_no: applicationNo,
        day: on,
        known_at: knownAt,
        form: one.form,
        programme: judgedFor,
        verdict,
        asked_by: user,
      },
      ...place,
      analyses: JSON.stringify(asked),
      silent: JSON.stringify([...silent]),
      rules: JSON.stringify(
        [...inForce.rules.values()].map((definition) => ({
          definition,
          version: inForce.versions.get(definition.rule) ?? 0,
        })),
      ),
      outcomes: JSON.stringify(outcomes),
    })
    .returning('review_id')
    .executeTakeFirstOrThrow();
  return readReview(store, row.review_id, within);
}

/** A division code holds those above it: 6 digits a district, 9 a street, 12 a community. */
const placeOf = ({ streetCode, communityCode }: { streetCode: string; communityCode: string }) => {
  const finest = communityCode === '' ? streetCode : communityCode;
  return {
    district_code: finest.slice(0, 6),
    street_code: finest.slice(0, 9),
    community_code: communityCode,
  };
};

const unknown = (applicationNo: string): AppError =>
  new AppError('not_found', `There is no application ${applicationNo}.`, {
    where: { application: applicationNo },
  });

/** @throws AppError `not_found` */
export async function readReview(
  store: OperationalStore,
  reviewId: number,
  within?: Within,
): Promise<Review> {
  const [found] = await listReviews(reviewsOf(store, within, { reviewId }), { limit: 1 });
  if (found) return found;
  throw new AppError('not_found', `There is no review ${reviewId}.`, { where: { review: reviewId } });
}

/** The reviews of the divisions a person is confined to, narrowed. */
export function reviewsOf(
  { db }: OperationalStore,
  within: Within,
  { applicationNo, verdict, reviewId }: { applicationNo?: string; verdict?: Verdict; reviewId?: number },
) {
  return db
    .selectFrom('eligibility_review')
    .$if(within !== undefined, (query) =>
      query.where(within?.column ?? 'district_code', '=', within?.value ?? ''),
    )
    .$if(applicationNo !== undefined, (query) => query.where('application_no', '=', applicationNo ?? ''))
    .$if(verdict !== undefined, (query) => query.where('verdict', '=', verdict ?? 'pass'))
    .$if(reviewId !== undefined, (query) => query.where('review_id', '=', reviewId ?? 0));
}

/** Newest first. */
export async function listReviews(
  narrowed: ReturnType<typeof reviewsOf>,
  { limit, offset = 0 }: { limit: number; offset?: number },
): Promise<Review[]> {
  const rows = await narrowed.selectAll().orderBy('review_id', 'desc').limit(limit).offset(offset).execute();
  return rows.map((row) => ({
    reviewId: row.review_id,
    applicationNo: row.application_no,
    ...{ day: row.day, knownAt: row.known_at, verdict: row.verdict },
    ...{ form: row.form, programme: row.programme },
    analyses: z.array(analysisSchema).parse(row.analyses),
    silent: z.array(z.string()).parse(row.silent),
    outcomes: z.array(outcomeSchema).parse(row.outcomes),
    ...{ askedBy: row.asked_by, askedAt: row.asked_at },
  }));
}

/** How often each analysis was called for an application (调用预审次数, 002:6425), this call included. */
export async function callsOf(
  { db }: OperationalStore,
  applicationNo: string,
): Promise<Record<Analysis, number>> {
  const rows = await db
    .selectFrom('eligibility_review')
    .select('analyses')
    .where('application_no', '=', applicationNo)
    .execute();
  const calls = rows.flatMap((row) => z.array(analysisSchema).parse(row.analyses));
  return Object.fromEntries(
    Object.keys(ANALYSES).map((name) => [name, calls.filter((one) => one === name).length]),
  ) as Record<Analysis, number>;
}

/**
 * The answer as it was to be given then: same day, same knowledge, same rules, same data sets that had answered. Corrections that arrived since
 * are not in it; should it differ from what was kept, something that was known then has been taken away (an append-only set withdrawn).
 */
export async function reproduce(
  { store, warehouse }: Platform,
  reviewId: number,
  within?: Within,
): Promise<{ isSame: boolean; verdict: Verdict; outcomes: Outcome[] }> {
  const kept = await readReview(store, reviewId, within);
  const row = await store.db
    .selectFrom('eligibility_review')
    .select('rules')
    .where('review_id', '=', reviewId)
    .executeTakeFirstOrThrow();
  const rules = keptRules.parse(row.rules);
  const inForce = {
    known: (await rulesInForce(store)).known,
    rules: new Map(rules.map(({ definition }): [string, EligibilityRule] => [definition.rule, definition])),
    versions: new Map(rules.map(({ definition, version }) => [definition.rule, version])),
  };
  const { day, knownAt, programme, analyses } = kept;
  const one = await readCase(warehouse, kept.applicationNo, { day, knownAt });
  const again = await judgeCase(warehouse, inForce, one, {
    ...{ day, knownAt, programme, occasion: 'application', analyses, silent: new Set(kept.silent) },
  });
  const isSame = again.verdict === kept.verdict && isDeepStrictEqual(again.outcomes, kept.outcomes);
  return { isSame, ...again };
}
