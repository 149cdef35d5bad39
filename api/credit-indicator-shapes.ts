/** Indicators of credit as the API, the command line and the page see them. */
import { z } from 'zod';
import { gradesSchema, indicatorSchema } from '../pipelines/credit/definitions.ts';
import { staffIndicatorSchema, type StoredIndicator } from '../pipelines/credit/staff.ts';
import { creditTrialSchema } from '../pipelines/credit/trial-result.ts';
import { RULE_STATES } from '../warehouse/operational/tables/staff-rules.ts';

export const indicatorsSchema = z.object({
  start: z.number(),
  grades: gradesSchema,
  indicators: z.array(
    z.object({
      /** As shipped, changed or switched off by staff, or staff's own. */
      origin: z.enum(['shipped', 'changed', 'off', 'own']),
      definition: indicatorSchema,
      /** What it counts and what that costs (negative) or earns, those of rules as they are in force. */
      costs: z.array(z.object({ event: z.string(), points: z.number() })),
    }),
  ),
});

export const indicatorVersionSchema = z.object({
  ruleId: z.number().int(),
  version: z.number().int(),
  indicator: z.string(),
  definition: staffIndicatorSchema,
  state: z.enum(RULE_STATES),
  author: z.string(),
  reason: z.string(),
  createdAt: z.iso.datetime(),
  trial: creditTrialSchema.nullable(),
});
export type ShownIndicator = z.output<typeof indicatorVersionSchema>;

export const shownIndicator = ({ createdAt, topic, ...one }: StoredIndicator): ShownIndicator => ({
  ...one,
  indicator: topic,
  createdAt: createdAt.toISOString(),
});
