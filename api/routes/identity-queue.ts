import { z } from 'zod';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { AppError } from '../../domain/errors.ts';
import { addAlias, standingAliases, undoAlias } from '../../pipelines/linkage/aliases.ts';
import { checkPair } from '../../pipelines/linkage/nodes.ts';
import { pairOf } from '../../pipelines/linkage/pair.ts';
import { putOff } from '../../pipelines/linkage/persons/store.ts';
import { identityQueue } from '../../pipelines/linkage/queue.ts';
import { audited } from '../audit.ts';
import { hasRight } from '../auth/rights.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import {
  aliasSchema,
  decisionSchema,
  entitySchema,
  eventSchema,
  nodeSchema,
  rulesSchema,
  shownAbout,
  standingAliasSchema,
} from '../operations/identity.ts';
import { reasonSchema } from '../operations/withdraw.ts';

const tag = 'identity';
const pairBody = z.object({ entity: entitySchema, a: nodeSchema, b: nodeSchema });
const side = z.object({ node: z.string(), dataset: z.string(), records: z.number() });
const pairSchema = z.object({
  entity: entitySchema,
  a: side,
  b: side,
  fields: z.array(
    z.object({
      ...{ name: z.string(), zh: z.string(), a: z.string(), b: z.string() },
      ...{ isMasked: z.boolean(), level: z.string(), weight: z.number().nullable() },
    }),
  ),
  sum: z
    .object({
      ...{ prior: z.number(), weight: z.number(), chance: z.number() },
      ...{ match: z.number(), clerical: z.number() },
    })
    .nullable(),
  rules: rulesSchema,
  same: z.boolean(),
  because: z.string(),
  decisions: z.array(decisionSchema),
  events: z.array(eventSchema),
});
const queueSchema = z.object({
  total: z.number(),
  pairs: z.array(
    z.object({
      ...{ entity: entitySchema, a: z.string(), b: z.string(), weight: z.number().nullable() },
      ...{ agency: z.string(), later: z.string().nullable() },
    }),
  ),
  agencies: z.array(
    z.object({ agency: z.string(), waiting: z.number(), later: z.number(), decided: z.number() }),
  ),
});

const shownPair = async (...asked: Parameters<typeof pairOf>): Promise<z.infer<typeof pairSchema>> => {
  const pair = await pairOf(...asked);
  return { ...pair, ...shownAbout(pair) };
};

/** 疑似同一: the queue of the page that decides who, which dwelling, which enterprise and which household a record means. */
export const identityQueueEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/identity/queue',
    summary: 'Pairs that wait for a decision, by entity and agency, with how many each agency has left',
    tag,
    right: 'identity:decide',
    query: z.object({
      entity: entitySchema.default('person'),
      agency: z.string().max(80).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    answer: queueSchema,
    handler: async ({ platform, query }) =>
      identityQueue(platform, await contractsOf(platform.config), query),
  }),
  endpoint({
    method: 'post',
    path: '/api/identity/pair',
    summary: 'Two sides of a pair field by field, masked, with how they agree and what that is worth',
    tag,
    right: 'identity:decide',
    body: pairBody,
    answer: pairSchema,
    handler: ({ platform, body }) => shownPair(platform, body, false),
  }),
  endpoint({
    method: 'post',
    path: '/api/identity/pair/reveal',
    summary: 'The same unmasked; the reason goes into the audit log',
    tag,
    right: 'personal:reveal',
    body: pairBody.extend({ reason: reasonSchema }),
    answer: pairSchema,
    handler: ({ platform, identity, body: { reason, ...pair }, request }) => {
      if (!hasRight(identity.role, 'identity:decide'))
        throw new AppError('forbidden', `The role ${identity.role} does not decide who is who.`);
      const entry = { user: identity.user, action: 'reveal', reason, address: request.ip };
      return audited(platform.store, { ...entry, object: `identity ${pair.a} ${pair.b}` }, () =>
        shownPair(platform, pair, true),
      );
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/identity/later',
    summary: 'Put a pair off with a note: it stays in doubt, behind all others',
    tag,
    right: 'identity:decide',
    body: pairBody.extend({ reason: reasonSchema }),
    answer: z.object({ entity: entitySchema }),
    handler: ({ platform, identity, body: { reason, ...pair }, request }) =>
      audited(
        platform.store,
        {
          ...{ user: identity.user, action: 'identity.later', reason, address: request.ip },
          object: `${pair.a} ${pair.b}`,
        },
        async () => {
          checkPair(pair.entity, pair.a, pair.b);
          await putOff(platform.store, { ...pair, author: identity.user, note: reason });
          return { entity: pair.entity };
        },
      ),
  }),
  endpoint({
    method: 'get',
    path: '/api/identity/aliases',
    summary: 'What people call compounds and buildings, as staff confirmed it',
    tag,
    right: 'identity:decide',
    answer: z.object({ aliases: z.array(standingAliasSchema) }),
    handler: async ({ platform }) => ({ aliases: await standingAliases(platform.store) }),
  }),
  endpoint({
    method: 'post',
    path: '/api/identity/aliases',
    summary: 'Confirm what a name of a compound means; the next run goes by it, and every run after',
    tag,
    right: 'identity:decide',
    body: aliasSchema.extend({ reason: reasonSchema }),
    answer: z.object({ aliasId: z.number() }),
    handler: ({ platform, identity, body: { reason, ...alias }, request }) =>
      audited(
        platform.store,
        {
          ...{ user: identity.user, action: 'identity.alias', reason, address: request.ip },
          object: alias.saidCompound,
        },
        async () => ({
          aliasId: await addAlias(platform.store, alias, { author: identity.user, reason }),
        }),
      ),
  }),
  endpoint({
    method: 'post',
    path: '/api/identity/aliases/:id/undo',
    summary: 'Take an alias back; the next run reads the name as it stands',
    tag,
    right: 'identity:decide',
    params: z.object({ id: z.coerce.number().int().positive() }),
    body: z.object({ reason: reasonSchema }),
    answer: z.object({ aliasId: z.number() }),
    handler: ({ platform, identity, params: { id }, body: { reason }, request }) =>
      audited(
        platform.store,
        {
          ...{ user: identity.user, action: 'identity.alias-undo', reason, address: request.ip },
          object: String(id),
        },
        async () => {
          await undoAlias(platform.store, id, { author: identity.user, reason });
          return { aliasId: id };
        },
      ),
  }),
];
