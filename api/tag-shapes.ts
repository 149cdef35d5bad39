/** Tags as the API, the command line and the page see them. */
import { z } from 'zod';
import {
  TAG_KINDS,
  TAG_SUBJECTS,
  type TagKind,
  tagSchema,
  timingOf,
  type Versioned,
} from '../pipelines/tags/definition.ts';
import type { Within } from '../pipelines/tags/given.ts';
import { countTags, holderSchema, tagUses } from '../pipelines/tags/holders.ts';
import {
  activeTags,
  inForce,
  nameOf,
  type ShippedTags,
  staffTagSchema,
  type StoredTag,
} from '../pipelines/tags/staff.ts';
import { tagTrialSchema } from '../pipelines/tags/trial-result.ts';
import type { Platform } from '../warehouse/platform.ts';
import { RULE_STATES } from '../warehouse/operational/tables/staff-rules.ts';

export const tagName = z.string().regex(/^[a-z][a-z0-9_]{1,62}$/);
export const tagSubject = z.enum(TAG_SUBJECTS);

export const shownTagSchema = z.object({
  tag: z.string(),
  zh: z.string(),
  subject: tagSubject,
  themeZh: z.string(),
  topicZh: z.string(),
  kind: z.enum(Object.keys(TAG_KINDS) as [TagKind, ...TagKind[]]),
  /** 静态: given by people; 动态: told anew by every run. */
  timing: z.enum(['static', 'dynamic']),
  /** As shipped, changed or switched off by staff, or staff's own. */
  origin: z.enum(['shipped', 'changed', 'off', 'own']),
  /** 0 for one that comes with the product. */
  version: z.number().int(),
  definition: tagSchema,
  /** Objects that have it, of those the caller may see. */
  holders: z.number().int(),
  byHand: z.number().int(),
  uses: z.number().int(),
  lastUsedAt: z.iso.datetime().nullable(),
});
export type ShownTag = z.output<typeof shownTagSchema>;

export const tagVersionSchema = z.object({
  ruleId: z.number().int(),
  version: z.number().int(),
  tag: z.string(),
  definition: staffTagSchema,
  state: z.enum(RULE_STATES),
  author: z.string(),
  reason: z.string(),
  createdAt: z.iso.datetime(),
  trial: tagTrialSchema.nullable(),
});
export type ShownTagVersion = z.output<typeof tagVersionSchema>;

export const shownTagVersion = ({ createdAt, topic, ...one }: StoredTag): ShownTagVersion => ({
  ...one,
  tag: topic,
  createdAt: createdAt.toISOString(),
});

export const holdersQuestion = z.object({
  subject: tagSubject,
  all: z.array(tagName).min(1).max(10),
  none: z.array(tagName).max(10).default([]),
  limit: z.number().int().min(1).max(500).default(50),
  offset: z.number().int().min(0).max(1_000_000).default(0),
});
export const holdersAnswer = z.object({ total: z.number().int(), rows: z.array(holderSchema) });

export const giving = z.object({
  tag: tagName,
  keys: z.array(z.string().min(1).max(100)).min(1).max(10_000),
  /** The last day; the tag's own time when absent. */
  until: z.iso.date().optional(),
});
export const objectsAnswer = z.object({ objects: z.number().int() });

/** Tags in force and those switched off, with who has them and how often they were asked for. */
export async function shownTags(
  { warehouse, store }: Platform,
  shipped: ShippedTags,
  within: Within,
): Promise<ShownTag[]> {
  const [active, counts, uses] = await Promise.all([
    activeTags(store),
    countTags(warehouse, within),
    tagUses(store),
  ]);
  const tags = inForce(shipped, active);
  const isIn = new Set(tags.map(({ tag }) => tag));
  const isShipped = new Set(shipped.tags.map(({ tag }) => tag));
  const touched = new Set(active.map(({ definition }) => nameOf(definition)));
  const held = new Map(counts.map((one) => [one.tag, one]));
  const used = new Map(uses.map((one) => [one.tag, one]));
  const off: Versioned[] = shipped.tags
    .filter(({ tag }) => !isIn.has(tag))
    .map((tag) => ({ ...tag, version: 0 }));
  const originOf = (tag: string): ShownTag['origin'] => {
    if (!isIn.has(tag)) return 'off';
    if (!isShipped.has(tag)) return 'own';
    return touched.has(tag) ? 'changed' : 'shipped';
  };
  return [...tags, ...off].map(({ version, ...tag }) => {
    const theme = shipped.classification[tag.subject]?.[tag.theme];
    const { holders = 0, byHand = 0 } = held.get(tag.tag) ?? {};
    const use = used.get(tag.tag);
    return {
      tag: tag.tag,
      zh: tag.zh,
      subject: tag.subject,
      kind: tag.kind,
      timing: timingOf(tag),
      themeZh: theme?.zh ?? tag.theme,
      topicZh: theme?.topics[tag.topic]?.zh ?? tag.topic,
      origin: originOf(tag.tag),
      version,
      definition: tag,
      holders,
      byHand,
      uses: use?.uses ?? 0,
      lastUsedAt: use?.last_used_at.toISOString() ?? null,
    };
  });
}
