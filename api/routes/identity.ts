import { z } from 'zod';
import { reviewsWaiting, undo } from '../../pipelines/linkage/persons/store.ts';
import { audited } from '../audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import {
  decideAll,
  decidedSchema,
  decisionSchema,
  eventSchema,
  limitSchema,
  reviewsSchema,
  shownDecisions,
  shownEvents,
  shownWhy,
  verdictSchema,
  whyParams,
  whySchema,
} from '../operations/identity.ts';
import { reasonSchema } from '../operations/withdraw.ts';

const tag = 'identity';
const query = z.object({ limit: limitSchema });
const answer = decidedSchema;

/** 身份比对: who is who, as keys and levels of agreement; no value of a person is in any answer. */
export const identityEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/identity/reviews',
    summary: 'Pairs of records that may be one person, the likeliest first: a person decides',
    tag,
    right: 'identity:decide',
    query,
    answer: reviewsSchema,
    handler: ({ platform, query: { limit } }) => reviewsWaiting(platform.store, limit),
  }),
  endpoint({
    method: 'get',
    path: '/api/identity/why',
    summary:
      'Why two records, persons, dwellings, enterprises or households are one, or why not: weights or rules, decisions and events',
    tag,
    right: 'identity:decide',
    query: whyParams,
    answer: whySchema,
    handler: ({ platform, query: asked }) => shownWhy(platform, asked),
  }),
  endpoint({
    method: 'get',
    path: '/api/identity/decisions',
    summary: 'What people decided about who is who, newest first, undone ones too',
    tag,
    right: 'identity:decide',
    query,
    answer: z.object({ decisions: z.array(decisionSchema) }),
    handler: async ({ platform, query: { limit } }) => ({
      decisions: await shownDecisions(platform.store, limit),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/identity/events',
    summary: 'Records linked, merged, split and unlinked, with the evidence, newest first',
    tag,
    right: 'identity:decide',
    query,
    answer: z.object({ events: z.array(eventSchema) }),
    handler: async ({ platform, query: { limit } }) => ({ events: await shownEvents(platform.store, limit) }),
  }),
  endpoint({
    method: 'post',
    path: '/api/identity/decisions',
    summary:
      'Decide that two are the same person, dwelling, enterprise or household, or different ones; the next run goes by it',
    tag,
    right: 'identity:decide',
    body: verdictSchema,
    answer,
    handler: ({ platform, identity, body, request }) =>
      audited(
        platform.store,
        {
          user: identity.user,
          action: 'identity.decide',
          object: `${body.a} ${body.b}`,
          reason: body.reason,
          address: request.ip,
        },
        async () => decideAll(platform, body, identity.user),
      ),
  }),
  endpoint({
    method: 'post',
    path: '/api/identity/decisions/:id/undo',
    summary: 'Take a decision back; the next run links as if it had not been made',
    tag,
    right: 'identity:decide',
    params: z.object({ id: z.coerce.number().int().positive() }),
    body: z.object({ reason: reasonSchema }),
    answer,
    handler: ({ platform, identity, params: { id }, body: { reason }, request }) =>
      audited(
        platform.store,
        { user: identity.user, action: 'identity.undo', object: String(id), reason, address: request.ip },
        async () => {
          await undo(platform.store, id, { author: identity.user, reason });
          return { decisionId: id };
        },
      ),
  }),
];
