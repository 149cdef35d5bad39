import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { pollChanges } from '../../pipelines/eligibility/changes.ts';
import { findReviews } from '../../pipelines/eligibility/find.ts';
import { listPlans } from '../../pipelines/eligibility/plans.ts';
import { poll } from '../../pipelines/eligibility/poll.ts';
import { pollAgainSchema, reproducePoll } from '../../pipelines/eligibility/poll-again.ts';
import { reproduce, review, type Within } from '../../pipelines/eligibility/review.ts';
import { ruleSchema, type EligibilityRule } from '../../pipelines/eligibility/rule.ts';
import {
  activateRule,
  draftRule,
  eligibilityRules,
  retireRule,
  rulesInForce,
  tryRule,
} from '../../pipelines/eligibility/staff.ts';
import { whatIfSchema } from '../../pipelines/eligibility/what-if.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { audited } from '../audit.ts';
import { reason, ruleId } from '../cleaning-shapes.ts';
import {
  againSchema,
  applicationNo,
  householdsAsked,
  householdsFound,
  pollRequest,
  pollResult,
  reviewRequest,
  reviewsAsked,
  reviewSchema,
  reviewsFound,
  shownReview,
  shownStaffRule,
  staffRuleSchema,
} from '../eligibility-shapes.ts';
import type { inScope } from '../scope.ts';
import { COMMAND, operation } from './operation.ts';

type Doing = { user: string; reason: string; address?: string };
const here = (why: string): Doing => ({ user: COMMAND, reason: why });

/**
 * A list narrowed by a name or an identity number has a line in the audit log: by what was looked, never the words.
 * @throws AppError `forbidden` for an identity number of somebody who may not see them
 */
async function lookedFor<T>(
  { store }: Platform,
  list: string,
  asked: { idNumber?: string; name?: string },
  { mayUseNumbers, ...by }: Omit<Doing, 'reason'> & { mayUseNumbers: boolean },
  work: () => Promise<T>,
): Promise<T> {
  const words = (['idNumber', 'name'] as const).filter((one) => asked[one] !== undefined);
  if (words.length === 0) return work();
  const entry = { ...by, action: 'eligibility.find', object: list, detail: { by: words } };
  return audited(store, entry, () => {
    if (asked.idNumber !== undefined && !mayUseNumbers)
      throw new AppError('forbidden', 'Identity numbers are looked for only by those who may see them.', {
        fix: 'Look by the number of the application.',
      });
    return work();
  });
}

/** What the routes and the command line both do: the work, with its line in the audit log. */
export const eligibilityWork = {
  review: (
    platform: Platform,
    request: z.output<typeof reviewRequest>,
    by: Omit<Doing, 'reason'>,
    within?: Within,
  ) =>
    audited(
      platform.store,
      { ...by, action: 'eligibility.review', object: request.applicationNo },
      async () =>
        shownReview(
          await review(
            platform,
            { ...request, knownAt: request.knownAt === undefined ? undefined : new Date(request.knownAt) },
            { user: by.user, within },
          ),
        ),
    ),
  findReviews: (
    platform: Platform,
    asked: z.output<typeof reviewsAsked>,
    by: Omit<Doing, 'reason'>,
    { within, mayUseNumbers }: { within?: Within; mayUseNumbers: boolean },
  ) =>
    lookedFor(platform, 'reviews', asked, { ...by, mayUseNumbers }, async () => {
      const { total, reviews } = await findReviews(platform, within, asked);
      return {
        total,
        reviews: reviews.map(({ name, ...one }) => {
          const { outcomes: _, ...shown } = shownReview(one);
          return { ...shown, name };
        }),
      };
    }),
  findHouseholds: (
    platform: Platform,
    pollId: number,
    asked: z.output<typeof householdsAsked>,
    by: Omit<Doing, 'reason'>,
    { scope, mayUseNumbers }: { scope: ReturnType<typeof inScope>; mayUseNumbers: boolean },
  ) =>
    lookedFor(platform, `poll ${pollId}`, asked, { ...by, mayUseNumbers }, () =>
      pollChanges(platform.warehouse, pollId, scope, asked),
    ),
  draft: (platform: Platform, definition: EligibilityRule, by: Doing) =>
    audited(platform.store, { ...by, action: 'eligibility.draft', object: definition.rule }, async () =>
      shownStaffRule(await draftRule(platform, definition, by)),
    ),
  try: (platform: Platform, id: number, by: Doing) =>
    audited(platform.store, { ...by, action: 'eligibility.try', object: String(id) }, () =>
      tryRule(platform, id, by),
    ),
  activate: (platform: Platform, id: number, by: Doing) =>
    audited(platform.store, { ...by, action: 'eligibility.activate', object: String(id) }, async () =>
      shownStaffRule(await activateRule(platform, id, by)),
    ),
  retire: (platform: Platform, id: number, by: Doing) =>
    audited(platform.store, { ...by, action: 'eligibility.retire', object: String(id) }, async () =>
      shownStaffRule(await retireRule(platform, id, by)),
    ),
  poll: (platform: Platform, request: z.output<typeof pollRequest>, by: Doing) =>
    audited(platform.store, { ...by, action: 'eligibility.poll', detail: { ...request.scope } }, () =>
      poll(platform, request, by.user),
    ),
};

export const rulesSchema = z.object({
  rules: z.array(z.object({ version: z.number().int(), definition: ruleSchema })),
  staff: z.array(staffRuleSchema),
});
/** The rules in force (version 0: as shipped), and every version staff made. */
export async function shownRules({ store }: Platform): Promise<z.output<typeof rulesSchema>> {
  const { rules, versions } = await rulesInForce(store);
  return {
    rules: [...rules.values()].map((definition) => ({
      definition,
      version: versions.get(definition.rule) ?? 0,
    })),
    staff: (await eligibilityRules.list(store)).map(shownStaffRule),
  };
}

const id = z.object({ ruleId, reason });
export const eligibilityOperations = {
  'eligibility-review': operation({
    params: reviewRequest,
    result: reviewSchema,
    run: (platform, request) => eligibilityWork.review(platform, request, { user: COMMAND }),
  }),
  'eligibility-reviews': operation({
    params: reviewsAsked,
    result: reviewsFound,
    run: (platform, asked) =>
      eligibilityWork.findReviews(platform, asked, { user: COMMAND }, { mayUseNumbers: true }),
  }),
  'eligibility-households': operation({
    params: householdsAsked.extend({ pollId: z.coerce.number().int().positive() }),
    result: householdsFound,
    run: (platform, { pollId, ...asked }) =>
      eligibilityWork.findHouseholds(
        platform,
        pollId,
        asked,
        { user: COMMAND },
        { scope: { sql: '1', params: {} }, mayUseNumbers: true },
      ),
  }),
  'eligibility-reproduce': operation({
    params: z.object({ reviewId: z.coerce.number().int().positive() }),
    result: againSchema,
    run: (platform, { reviewId }) => reproduce(platform, reviewId),
  }),
  'eligibility-poll': operation({
    params: pollRequest.extend({ reason }),
    result: pollResult,
    run: (platform, { reason: why, ...request }) => eligibilityWork.poll(platform, request, here(why)),
  }),
  'eligibility-poll-reproduce': operation({
    params: z.object({ pollId: z.coerce.number().int().positive(), household: applicationNo.optional() }),
    result: pollAgainSchema,
    run: (platform, { pollId, household }) =>
      reproducePoll(platform, pollId, { sql: '1', params: {} }, household),
  }),
  'eligibility-rules': operation({ params: z.object({}), result: rulesSchema, run: shownRules }),
  'eligibility-plans': operation({
    params: z.object({}),
    result: z.object({ plans: z.array(z.record(z.string(), z.unknown())) }),
    run: async ({ store }) => ({ plans: (await listPlans(store)).map((plan) => ({ ...plan })) }),
  }),
  'eligibility-draft': operation({
    params: z.object({ definition: ruleSchema, reason }),
    result: staffRuleSchema,
    run: (platform, { definition, reason: why }) => eligibilityWork.draft(platform, definition, here(why)),
  }),
  'eligibility-try': operation({
    params: id,
    result: whatIfSchema,
    run: (platform, { ruleId: of, reason: why }) => eligibilityWork.try(platform, of, here(why)),
  }),
  'eligibility-activate': operation({
    params: id,
    result: staffRuleSchema,
    run: (platform, { ruleId: of, reason: why }) => eligibilityWork.activate(platform, of, here(why)),
  }),
  'eligibility-retire': operation({
    params: id,
    result: staffRuleSchema,
    run: (platform, { ruleId: of, reason: why }) => eligibilityWork.retire(platform, of, here(why)),
  }),
} as const;
