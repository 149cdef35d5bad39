import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { type ShippedCredit, staffIndicators, staffIndicatorSchema } from '../../pipelines/credit/staff.ts';
import { creditTrialSchema } from '../../pipelines/credit/trial-result.ts';
import type { Identity } from '../auth/sessions.ts';
import { reason, ruleId } from '../cleaning-shapes.ts';
import { indicatorsSchema, indicatorVersionSchema } from '../credit-indicator-shapes.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { VERBS } from '../operations/alerts.ts';
import { indicatorWork } from '../operations/credit-indicators.ts';
import { ruleEvents, ruleEventsAnswer } from '../staff-rule-events.ts';

const tag = 'credit';
const params = z.object({ id: ruleId });

function wholeCity({ scopeDivision }: Identity): void {
  if (scopeDivision !== '')
    throw new AppError(
      'forbidden',
      'Indicators of credit hold for the whole city; you look after a part of it.',
    );
}

/** 信用评价指标 at run time (002:1589-1657): what is in force, and versions staff write, try, let in and take out. */
export const creditIndicatorEndpoints = (shipped: ShippedCredit): Endpoint[] => [
  endpoint({
    method: 'get',
    path: '/api/credit/indicators',
    summary: 'Indicators of credit in force or switched off, what each counts and costs, and the grades',
    tag,
    right: 'credit:read',
    answer: indicatorsSchema,
    handler: ({ platform }) => indicatorWork.inForce(platform, shipped),
  }),
  endpoint({
    method: 'get',
    path: '/api/credit/indicators/versions',
    summary: 'Versions of indicators staff wrote, with what their last try-out told',
    tag,
    right: 'credit:read',
    query: z.object({ indicator: z.string().max(64).optional() }),
    answer: z.object({ versions: z.array(indicatorVersionSchema) }),
    handler: async ({ platform, query }) => ({
      versions: await indicatorWork.versions(platform, query.indicator),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/credit/indicators/:id/events',
    summary: 'What became of an indicator of staff: who let which version in, when and why',
    tag,
    right: 'credit:read',
    params,
    answer: ruleEventsAnswer,
    handler: ({ platform, params: { id } }) => ruleEvents(staffIndicators, platform, id),
  }),
  endpoint({
    method: 'post',
    path: '/api/credit/indicators',
    summary: 'Write an indicator down: your own, other values for a shipped one, or one switched off',
    tag,
    right: 'credit:manage',
    body: z.object({ definition: staffIndicatorSchema, reason }),
    answer: indicatorVersionSchema,
    handler: ({ platform, identity, body, request }) => {
      wholeCity(identity);
      const by = { user: identity.user, reason: body.reason, address: request.ip };
      return indicatorWork.draft(platform, shipped, body.definition, by);
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/credit/indicators/:id/try',
    summary: 'Try the newest version: which scores and grades would be others; nothing is changed',
    tag,
    right: 'credit:manage',
    params,
    answer: creditTrialSchema,
    handler: ({ platform, identity, params: { id }, request }) => {
      wholeCity(identity);
      const by = { user: identity.user, reason: 'try-out', address: request.ip };
      return indicatorWork.try(platform, shipped, id, by);
    },
  }),
  ...VERBS.map((verb) =>
    endpoint({
      method: 'post',
      path: `/api/credit/indicators/:id/${verb}`,
      summary: {
        activate: 'Let the tried version count from the next run on; by somebody else than who wrote it',
        pause: 'Put an indicator to rest; the shipped one of its name counts meanwhile',
        resume: 'Let an indicator that rests count again',
        retire: 'Take an indicator out for good; its versions stay to be read',
      }[verb],
      tag,
      right: 'credit:manage',
      params,
      body: z.object({ reason }),
      answer: indicatorVersionSchema,
      handler: ({ platform, identity, params: { id }, body, request }) => {
        wholeCity(identity);
        const by = { user: identity.user, reason: body.reason, address: request.ip };
        return indicatorWork.decide(platform, shipped, id, verb, by);
      },
    }),
  ),
];
