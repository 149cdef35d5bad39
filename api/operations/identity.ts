import { z } from 'zod';
import {
  decide,
  decisionsMade,
  eventsHappened,
  reviewsWaiting,
  undo,
} from '../../pipelines/linkage/persons/store.ts';
import { addAlias, aliasOf, standingAliases, undoAlias } from '../../pipelines/linkage/aliases.ts';
import { checkPair, entityOf } from '../../pipelines/linkage/nodes.ts';
import { whyLinked, type Why } from '../../pipelines/linkage/why.ts';
import { identityEntities } from '../../warehouse/operational/tables/who-is-who.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { audited } from '../audit.ts';
import { COMMAND, operation } from './operation.ts';
import { reasonSchema } from './withdraw.ts';

/** A record key or a person: names of data sets and hashes, never a value. */
export const nodeSchema = z
  .string()
  .regex(/^[^\s\p{C}]{1,200}$/u, 'a record_key, or person:, house:, credit: or household: and its key');
export const entitySchema = z.enum(identityEntities);
export const limitSchema = z.coerce.number().int().min(1).max(500).default(50);
export const evidenceSchema = z.array(
  z.object({ comparison: z.string(), level: z.string(), weight: z.number() }),
);
export const reviewsSchema = z.object({
  total: z.number(),
  pairs: z.array(z.object({ a: z.string(), b: z.string(), weight: z.number(), evidence: evidenceSchema })),
});
export const decisionSchema = z.object({
  decisionId: z.number(),
  entity: entitySchema,
  a: z.string(),
  b: z.string(),
  verdict: z.enum(['same', 'different']),
  author: z.string(),
  reason: z.string(),
  undoneBy: z.string().nullable(),
});
export const eventSchema = z.object({
  eventId: z.number(),
  entity: entitySchema,
  kind: z.enum(['linked', 'merge', 'split', 'unlinked']),
  fromId: z.string(),
  toId: z.string(),
  records: z.array(z.string()),
  evidence: evidenceSchema,
  author: z.string(),
});
const side = z.object({
  ...{ given: z.string(), id: z.string(), anchor: z.string(), how: z.string(), records: z.number() },
});
export const rulesSchema = z.array(
  z.object({
    rule: z.string(),
    holds: z.boolean(),
    failed: z.array(z.object({ comparison: z.string(), level: z.string() })),
  }),
);
export const whySchema = z.object({
  entity: entitySchema,
  a: side,
  b: side,
  same: z.boolean(),
  because: z.string(),
  evidence: z.array(z.object({ comparison: z.string(), level: z.string(), weight: z.number().nullable() })),
  sum: z
    .object({ weight: z.number(), chance: z.number(), match: z.number(), clerical: z.number() })
    .nullable(),
  rules: rulesSchema,
  decisions: z.array(decisionSchema),
  events: z.array(eventSchema),
});
export const whyParams = z.object({ entity: entitySchema.optional(), a: nodeSchema, b: nodeSchema });
export const verdictSchema = z.object({
  entity: entitySchema.default('person'),
  a: nodeSchema,
  b: nodeSchema,
  verdict: z.enum(['same', 'different']),
  reason: reasonSchema,
  /** Of a dwelling: the name its record calls the compound by means that compound from now on. */
  remember: z.boolean().default(false),
});

const place = z.string().trim().max(80);
export const aliasSchema = z.object({
  saidDistrict: place.default(''),
  saidCompound: place.min(1),
  saidBuilding: place.default(''),
  meansDistrict: place.default(''),
  meansCompound: place,
  meansBuilding: place.default(''),
});
export const standingAliasSchema = aliasSchema.extend({
  aliasId: z.number(),
  author: z.string(),
  reason: z.string(),
});
export const decidedSchema = z.object({ decisionId: z.number(), aliasId: z.number().optional() });

type Store = Parameters<typeof decisionsMade>[0];
type DecisionRow = Awaited<ReturnType<typeof decisionsMade>>[number];
type EventRow = Awaited<ReturnType<typeof eventsHappened>>[number];
const shownDecision = ({ decision_id, undone_by, ...row }: DecisionRow): z.infer<typeof decisionSchema> => ({
  ...{ decisionId: decision_id, ...row, undoneBy: undone_by },
});
const shownEvent = ({ event_id, from_id, to_id, ...row }: EventRow): z.infer<typeof eventSchema> => ({
  ...{ eventId: event_id, fromId: from_id, toId: to_id, ...row },
});
export const shownDecisions = async (store: Store, limit: number) =>
  (await decisionsMade(store, limit)).map(shownDecision);
export const shownEvents = async (store: Store, limit: number) =>
  (await eventsHappened(store, limit)).map(shownEvent);

/** What was decided of two, and what happened to them. */
export const shownAbout = ({ decisions, events }: Pick<Why, 'decisions' | 'events'>) => ({
  decisions: decisions.map(shownDecision),
  events: events.map(shownEvent),
});

/** Why two are linked or not: of what kind they are say the names, where the caller does not. */
export async function shownWhy(
  platform: Platform,
  { entity, a, b }: z.output<typeof whyParams>,
): Promise<z.infer<typeof whySchema>> {
  const why = await whyLinked(platform, { entity: entity ?? entityOf(a, b), a, b });
  return { ...why, ...shownAbout(why) };
}

/** `anju why A B`: why linked, why not. */
export const why = operation({
  params: whyParams,
  result: whySchema,
  run: shownWhy,
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
  result: decidedSchema,
  run: (platform, decision) =>
    audited(
      platform.store,
      {
        user: COMMAND,
        action: 'identity.decide',
        object: `${decision.a} ${decision.b}`,
        reason: decision.reason,
      },
      async () => decideAll(platform, decision, COMMAND),
    ),
});

/** Decides, and remembers the name a dwelling's record calls its compound by where that is asked for. */
export async function decideAll(
  platform: Platform,
  { remember, ...decision }: z.output<typeof verdictSchema>,
  author: string,
): Promise<z.infer<typeof decidedSchema>> {
  checkPair(decision.entity, decision.a, decision.b);
  const alias =
    remember && decision.entity === 'dwelling' && decision.verdict === 'same'
      ? await aliasOf(platform.warehouse, decision.a, decision.b)
      : undefined;
  const decisionId = await decide(platform.store, { ...decision, author });
  if (!alias) return { decisionId };
  const aliasId = await addAlias(platform.store, alias, { author, reason: decision.reason, decisionId });
  return { decisionId, aliasId };
}

/** `anju identity aliases` */
export const identityAliases = operation({
  params: z.object({}),
  result: z.object({ aliases: z.array(standingAliasSchema) }),
  run: async ({ store }) => ({ aliases: await standingAliases(store) }),
});

/** `anju identity alias NAME MEANING --reason …` */
export const identityAlias = operation({
  params: aliasSchema.extend({ reason: reasonSchema }),
  result: z.object({ aliasId: z.number() }),
  run: (platform, { reason, ...alias }) =>
    audited(
      platform.store,
      { user: COMMAND, action: 'identity.alias', object: alias.saidCompound, reason },
      async () => ({ aliasId: await addAlias(platform.store, alias, { author: COMMAND, reason }) }),
    ),
});

/** `anju identity alias-undo ALIAS --reason …` */
export const identityAliasUndo = operation({
  params: z.object({ aliasId: z.number().int().positive(), reason: reasonSchema }),
  result: z.object({ aliasId: z.number() }),
  run: (platform, { aliasId, reason }) =>
    audited(
      platform.store,
      { user: COMMAND, action: 'identity.alias-undo', object: String(aliasId), reason },
      async () => {
        await undoAlias(platform.store, aliasId, { author: COMMAND, reason });
        return { aliasId };
      },
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
