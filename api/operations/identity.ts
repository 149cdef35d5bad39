import { z } from 'zod';
import {
  decide,
  decisionsMade,
  eventsHappened,
  reviewsWaiting,
  undo,
} from '../../pipelines/linkage/persons/store.ts';
import { whyLinked } from '../../pipelines/linkage/persons/why.ts';
import { audited } from '../audit.ts';
import { COMMAND, operation } from './operation.ts';
import { reasonSchema } from './withdraw.ts';

/** A record key or a person: names of data sets and hashes, never a value. */
export const nodeSchema = z.string().regex(/^[a-z0-9_.:]{1,200}$/, 'a record_key or a person_id');
export const limitSchema = z.coerce.number().int().min(1).max(500).default(50);
export const evidenceSchema = z.array(
  z.object({ comparison: z.string(), level: z.string(), weight: z.number() }),
);
const side = z.object({ given: z.string(), personId: z.string(), how: z.string(), records: z.number() });
export const whySchema = z.object({
  a: side,
  b: side,
  same: z.boolean(),
  because: z.string(),
  evidence: evidenceSchema,
  weight: z.number(),
  chance: z.number(),
  thresholds: z.object({ match: z.number(), clerical: z.number() }),
});
export const reviewsSchema = z.object({
  total: z.number(),
  pairs: z.array(z.object({ a: z.string(), b: z.string(), weight: z.number(), evidence: evidenceSchema })),
});
export const decisionSchema = z.object({
  decisionId: z.number(),
  a: z.string(),
  b: z.string(),
  verdict: z.enum(['same', 'different']),
  author: z.string(),
  reason: z.string(),
  undoneBy: z.string().nullable(),
});
export const eventSchema = z.object({
  eventId: z.number(),
  kind: z.enum(['linked', 'merge', 'split', 'unlinked']),
  fromId: z.string(),
  toId: z.string(),
  records: z.array(z.string()),
  evidence: evidenceSchema,
  author: z.string(),
});
export const verdictSchema = z.object({
  a: nodeSchema,
  b: nodeSchema,
  verdict: z.enum(['same', 'different']),
  reason: reasonSchema,
});

type Store = Parameters<typeof decisionsMade>[0];
export const shownDecisions = async (
  store: Store,
  limit: number,
): Promise<z.infer<typeof decisionSchema>[]> =>
  (await decisionsMade(store, limit)).map(({ decision_id, undone_by, ...row }) => ({
    decisionId: decision_id,
    ...row,
    undoneBy: undone_by,
  }));
export const shownEvents = async (store: Store, limit: number): Promise<z.infer<typeof eventSchema>[]> =>
  (await eventsHappened(store, limit)).map(({ event_id, from_id, to_id, ...row }) => ({
    eventId: event_id,
    fromId: from_id,
    toId: to_id,
    ...row,
  }));

/** `anju why A B`: why linked, why not. */
export const why = operation({
  params: z.object({ a: nodeSchema, b: nodeSchema }),
  result: whySchema,
  run: (platform, { a, b }) => whyLinked(platform, a, b),
});

/** `anju identity list`: what waits, what was decided, what happened. */
export const identityList = operation({
  params: z.object({ limit: limitSchema }),
  result: z.object({
    reviews: reviewsSchema,
    decisions: z.array(decisionSchema),
    events: z.array(eventSchema),
  }),
  run: async ({ store }, { limit }) => ({
    reviews: await reviewsWaiting(store, limit),
    decisions: await shownDecisions(store, limit),
    events: await shownEvents(store, limit),
  }),
});

/** `anju identity decide A B same|different --reason …`; the next run goes by it. */
export const identityDecide = operation({
  params: verdictSchema,
  result: z.object({ decisionId: z.number() }),
  run: (platform, decision) =>
    audited(
      platform.store,
      {
        user: COMMAND,
        action: 'identity.decide',
        object: `${decision.a} ${decision.b}`,
        reason: decision.reason,
      },
      async () => ({ decisionId: await decide(platform.store, { ...decision, author: COMMAND }) }),
    ),
});

/** `anju identity undo DECISION --reason …` */
export const identityUndo = operation({
  params: z.object({ decisionId: z.number().int().positive(), reason: reasonSchema }),
  result: z.object({ decisionId: z.number() }),
  run: (platform, { decisionId, reason }) =>
    audited(
      platform.store,
      { user: COMMAND, action: 'identity.undo', object: String(decisionId), reason },
      async () => {
        await undo(platform.store, decisionId, { author: COMMAND, reason });
        return { decisionId };
      },
    ),
});
