/** Rules of alert as the API, the command line and the page see them. */
import { z } from 'zod';
import { FAMILIES, type Family, LEVELS, ruleSchema } from '../pipelines/alerts/rule.ts';
import { staffDefinitionSchema, type StoredAlertRule } from '../pipelines/alerts/staff.ts';
import { trialSchema } from '../pipelines/alerts/trial-result.ts';
import { RULE_STATES } from '../warehouse/operational/tables/staff-rules.ts';

export const familySchema = z.enum(Object.keys(FAMILIES) as [Family, ...Family[]]);
export const levelSchema = z.enum(LEVELS);
/** Past month ends a try-out looks at; each builds the measures of its day. */
export const monthsSchema = z.number().int().min(0).max(12);

export const versionSchema = z.object({
  ruleId: z.number().int(),
  version: z.number().int(),
  rule: z.string(),
  definition: staffDefinitionSchema,
  state: z.enum(RULE_STATES),
  author: z.string(),
  reason: z.string(),
  createdAt: z.iso.datetime(),
  trial: trialSchema.nullable(),
  /** What comes with the product under that name, null for a rule of staff's own. */
  shipped: ruleSchema.nullable(),
});
export type ShownVersion = z.output<typeof versionSchema>;

export const shownVersion = (
  { createdAt, topic, ...one }: StoredAlertRule,
  shipped: readonly z.output<typeof ruleSchema>[],
): ShownVersion => ({
  ...one,
  rule: topic,
  createdAt: createdAt.toISOString(),
  shipped: shipped.find(({ rule }) => rule === topic) ?? null,
});
