import { z } from 'zod';
import { listPolls, pollChanges } from '../../pipelines/eligibility/changes.ts';
import { ANALYSES, analysisSchema } from '../../pipelines/eligibility/definitions.ts';
import { listPlans, planSchema, savePlan } from '../../pipelines/eligibility/plans.ts';
import { pollAgainSchema, reproducePoll } from '../../pipelines/eligibility/poll-again.ts';
import { ruleSchema } from '../../pipelines/eligibility/rule.ts';
import { rulesInForce } from '../../pipelines/eligibility/staff.ts';
import { STATES } from '../../pipelines/eligibility/states.ts';
import { whatIfSchema } from '../../pipelines/eligibility/what-if.ts';
import { audited } from '../audit.ts';
import { hasRight } from '../auth/rights.ts';
import { reason, ruleId } from '../cleaning-shapes.ts';
import {
  applicationNo,
  householdsAsked,
  householdsFound,
  limit,
  number,
  offset,
  pollRequest,
  pollResult,
  staffRuleSchema,
  verdictSchema,
} from '../eligibility-shapes.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { eligibilityWork, rulesSchema, shownRules } from '../operations/eligibility.ts';
import { inScope } from '../scope.ts';

const tag = 'eligibility';
const read = 'eligibility:read';
const manage = 'eligibility:manage';
const rule = z.object({ id: ruleId });
const storedPlan = planSchema.extend({
  planId: z.number().int(),
  lastDay: z.iso.date().nullable(),
  author: z.string(),
});

/** Rules of eligibility and polls of beneficiaries (在保轮询): CJJ/T 196 A.1, data.md C.2. */
export const eligibilityRuleEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/eligibility/rules',
    summary:
      'The rules in force (version 0: as shipped) and every version staff made, with what its try-out found',
    tag,
    right: read,
    answer: rulesSchema,
    handler: ({ platform }) => shownRules(platform),
  }),
  endpoint({
    method: 'get',
    path: '/api/eligibility/measures',
    summary: 'What rules can compare, and the data sets behind it',
    tag,
    right: read,
    answer: z.object({
      measures: z.array(
        z.object({ measure: z.string(), zh: z.string(), is: z.enum(['number', 'yes_no']), unit: z.string() }),
      ),
      datasets: z.array(
        z.object({ number: z.string(), zh: z.string(), analysis: analysisSchema, dataset: z.string() }),
      ),
      /** The seven analyses, each with the states a list of pre-reviews can be narrowed by. */
      analyses: z.array(
        z.object({
          ...{ analysis: analysisSchema, zh: z.string() },
          states: z.array(z.object({ state: z.string(), zh: z.string() })),
        }),
      ),
    }),
    handler: async ({ platform }) => {
      const { known } = await rulesInForce(platform.store);
      return {
        measures: [...known.measures].map(([measure, { zh, is, unit = '' }]) => ({ measure, zh, is, unit })),
        datasets: [...known.datasets].map(([of, { zh, analysis, dataset }]) => ({
          ...{ number: of, zh, analysis, dataset },
        })),
        analyses: analysisSchema.options.map((analysis) => ({
          ...{ analysis, zh: ANALYSES[analysis].zh },
          states: Object.entries(STATES[analysis]).map(([state, { zh }]) => ({ state, zh })),
        })),
      };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/eligibility/rules',
    summary: 'Draft a rule, or the next version of the one of that name',
    tag,
    right: manage,
    body: z.object({ definition: ruleSchema, reason }),
    answer: staffRuleSchema,
    handler: ({ platform, identity, body, request }) =>
      eligibilityWork.draft(platform, body.definition, {
        ...{ user: identity.user, reason: body.reason, address: request.ip },
      }),
  }),
  endpoint({
    method: 'post',
    path: '/api/eligibility/rules/:id/try',
    summary:
      'What the newest version would have changed: verdicts of the last year and of those who hold something now, by street',
    tag,
    right: manage,
    params: rule,
    answer: whatIfSchema,
    handler: ({ platform, identity, params, request }) =>
      eligibilityWork.try(platform, params.id, {
        ...{ user: identity.user, reason: 'try-out', address: request.ip },
      }),
  }),
  ...(['activate', 'retire'] as const).map((verb) =>
    endpoint({
      method: 'post',
      path: `/api/eligibility/rules/:id/${verb}`,
      summary:
        verb === 'activate'
          ? 'Let the tried version in; by somebody else than its author'
          : 'End what staff made of a rule; the shipped one holds again',
      tag,
      right: manage,
      params: rule,
      body: z.object({ reason }),
      answer: staffRuleSchema,
      handler: ({ platform, identity, params, body, request }) =>
        eligibilityWork[verb](platform, params.id, {
          ...{ user: identity.user, reason: body.reason, address: request.ip },
        }),
    }),
  ),
  endpoint({
    method: 'post',
    path: '/api/eligibility/polls',
    summary: 'Poll present beneficiaries now',
    tag,
    right: manage,
    body: pollRequest.extend({ reason }),
    answer: pollResult,
    handler: ({ platform, identity, body: { reason: why, ...body }, request }) =>
      eligibilityWork.poll(platform, body, { user: identity.user, reason: why, address: request.ip }),
  }),
  endpoint({
    method: 'get',
    path: '/api/eligibility/polls',
    summary: 'Polls, newest first, and the plans they follow',
    tag,
    right: read,
    query: z.object({ limit }),
    answer: z.object({
      polls: z.array(
        pollResult.extend({
          state: z.string(),
          analyses: z.array(analysisSchema),
          askedBy: z.string(),
          startedAt: z.iso.datetime(),
        }),
      ),
      plans: z.array(storedPlan),
    }),
    handler: async ({ platform, query }) => ({
      polls: (await listPolls(platform.store, query.limit)).map((one) => ({
        ...one,
        startedAt: one.startedAt.toISOString(),
      })),
      plans: await listPlans(platform.store),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/eligibility/polls/:id/households',
    summary: 'Households of a poll: those that lost their eligibility, those whose verdict changed, or all',
    tag,
    right: read,
    params: number,
    query: z.object({
      only: z.enum(['lost', 'changed', 'all']).default('lost'),
      verdict: verdictSchema.optional(),
      limit,
      offset,
    }),
    answer: householdsFound,
    handler: ({ platform, identity, params, query }) =>
      pollChanges(platform.warehouse, params.id, inScope(identity), query),
  }),
  endpoint({
    method: 'post',
    path: '/api/eligibility/polls/:id/find',
    summary:
      'Households of a poll by name, identity number (by who may see them), application or dwelling (T-2), verdict and how it moved',
    tag,
    right: read,
    params: number,
    body: householdsAsked,
    answer: householdsFound,
    handler: ({ platform, identity, params, body, request }) =>
      eligibilityWork.findHouseholds(
        platform,
        params.id,
        body,
        { user: identity.user, address: request.ip },
        { scope: inScope(identity), mayUseNumbers: hasRight(identity.role, 'personal:reveal') },
      ),
  }),
  endpoint({
    method: 'post',
    path: '/api/eligibility/polls/:id/reproduce',
    summary:
      'A poll, or one household of it, worked out again from what was known then, under the rules of then; the households that differ first',
    tag,
    right: read,
    params: number,
    body: z.object({ household: applicationNo.optional() }),
    answer: pollAgainSchema,
    handler: ({ platform, identity, params, body }) =>
      reproducePoll(platform, params.id, inScope(identity), body.household),
  }),
  endpoint({
    method: 'post',
    path: '/api/eligibility/plans',
    summary:
      'Plan a poll: how often, in which hours, about what, of whom; with planId, change or stop a plan',
    tag,
    right: manage,
    body: z.object({ plan: planSchema, planId: z.number().int().positive().optional(), reason }),
    answer: storedPlan,
    handler: ({ platform, identity, body: { plan, planId, reason: why }, request }) =>
      audited(
        platform.store,
        {
          ...{ user: identity.user, reason: why, address: request.ip },
          ...{ action: 'eligibility.plan', object: plan.zh },
        },
        () => savePlan(platform.store, plan, { user: identity.user, reason: why }, planId),
      ),
  }),
];
