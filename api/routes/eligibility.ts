import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { ANALYSES, analysisSchema } from '../../pipelines/eligibility/definitions.ts';
import { membersOfReview, sourcesOfReview } from '../../pipelines/eligibility/members.ts';
import { pendingApplications } from '../../pipelines/eligibility/pending.ts';
import {
  callsOf,
  listReviews,
  readReview,
  reproduce,
  reviewsOf,
} from '../../pipelines/eligibility/review.ts';
import { audited } from '../audit.ts';
import { hasRight } from '../auth/rights.ts';
import { reason } from '../cleaning-shapes.ts';
import {
  againSchema,
  applicationNo,
  limit,
  memberSchema,
  number,
  offset,
  pendingSchema,
  reviewRequest,
  reviewsAsked,
  reviewSchema,
  reviewsFound,
  shownReview,
  sourceSchema,
  verdictSchema,
} from '../eligibility-shapes.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { eligibilityWork } from '../operations/eligibility.ts';
import { inScope, scopeColumn } from '../scope.ts';

const tag = 'eligibility';
const read = 'eligibility:read';

/** 资格预审 (data.md A.1, C.1, V-5): pre-reviews, and the applications that wait for a decision. */
export const eligibilityEndpoints: Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/api/eligibility/reviews',
    summary:
      'Pre-review an application: verdict, reasons with rule, value and source row, and which data sets have not answered',
    tag,
    right: 'eligibility:review',
    body: reviewRequest,
    answer: reviewSchema,
    handler: ({ platform, identity, body, request }) =>
      eligibilityWork.review(
        platform,
        body,
        { user: identity.user, address: request.ip },
        scopeColumn(identity),
      ),
  }),
  endpoint({
    method: 'get',
    path: '/api/eligibility/reviews',
    summary: 'Pre-reviews, newest first',
    tag,
    right: read,
    query: z.object({
      application: applicationNo.optional(),
      verdict: verdictSchema.optional(),
      limit,
    }),
    answer: z.object({ reviews: z.array(reviewSchema.omit({ outcomes: true })) }),
    handler: async ({ platform, identity, query }) => {
      const { application, verdict } = query;
      const narrowed = reviewsOf(platform.store, scopeColumn(identity), {
        applicationNo: application,
        verdict,
      });
      const found = await listReviews(narrowed, { limit: query.limit });
      return { reviews: found.map((one) => reviewSchema.omit({ outcomes: true }).parse(shownReview(one))) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/eligibility/reviews/find',
    summary:
      'Pre-reviews by application, applicant’s identity number (by who may see them), street, analysis and what it found, verdict; newest first',
    tag,
    right: read,
    body: reviewsAsked,
    answer: reviewsFound,
    handler: ({ platform, identity, body, request }) =>
      eligibilityWork.findReviews(
        platform,
        body,
        { user: identity.user, address: request.ip },
        { within: scopeColumn(identity), mayUseNumbers: hasRight(identity.role, 'personal:reveal') },
      ),
  }),
  endpoint({
    method: 'get',
    path: '/api/eligibility/reviews/:id',
    summary:
      'A pre-review, how often each analysis was called for its application, who is in it (masked), and the files its evidence came in',
    tag,
    right: read,
    params: number,
    answer: z.object({
      review: reviewSchema,
      calls: z.array(
        z.object({ analysis: analysisSchema, zh: z.string(), agency: z.string(), calls: z.number() }),
      ),
      members: z.array(memberSchema),
      sources: z.array(sourceSchema),
    }),
    handler: async ({ platform, identity, params }) => {
      const found = await readReview(platform.store, params.id, scopeColumn(identity));
      const calls = await callsOf(platform.store, found.applicationNo);
      return {
        review: shownReview(found),
        members: await membersOfReview(platform, found, false),
        sources: await sourcesOfReview(platform, found),
        calls: analysisSchema.options.map((analysis) => ({
          ...{ analysis, zh: ANALYSES[analysis].zh, agency: ANALYSES[analysis].agency },
          calls: calls[analysis],
        })),
      };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/eligibility/reviews/:id/reveal',
    summary: 'Names and numbers of the people of a pre-review unmasked; the reason goes into the audit log',
    tag,
    right: 'personal:reveal',
    params: number,
    body: z.object({ reason }),
    answer: z.object({ members: z.array(memberSchema) }),
    handler: ({ platform, identity, params, body, request }) => {
      if (!hasRight(identity.role, read))
        throw new AppError('forbidden', `The role ${identity.role} does not see pre-reviews.`);
      return audited(
        platform.store,
        {
          ...{ user: identity.user, reason: body.reason, address: request.ip },
          ...{ action: 'reveal', object: `eligibility review ${params.id}` },
        },
        async () => ({
          members: await membersOfReview(
            platform,
            await readReview(platform.store, params.id, scopeColumn(identity)),
            true,
          ),
        }),
      );
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/eligibility/applications',
    summary:
      'Applications nobody has decided, the longest waiting first; suspended: those whose last pre-review found something (V-5)',
    tag,
    right: read,
    query: z.object({ only: z.enum(['open', 'suspended']).default('open'), limit, offset }),
    answer: z.object({
      total: z.number().int(),
      suspended: z.number().int(),
      rows: z.array(pendingSchema),
    }),
    handler: ({ platform, identity, query: { only, ...page } }) =>
      pendingApplications(platform, inScope(identity), { suspended: only === 'suspended', ...page }),
  }),
  endpoint({
    method: 'post',
    path: '/api/eligibility/reviews/:id/reproduce',
    summary: 'The same answer worked out again from what was known then, under the rules of then',
    tag,
    right: read,
    params: number,
    answer: againSchema,
    handler: ({ platform, identity, params }) => reproduce(platform, params.id, scopeColumn(identity)),
  }),
];
