/** Cleaning rules as the API, the command line and the page see them. */
import { z } from 'zod';
import { type By, definitionSchema, type StoredRule, type Trial } from '../pipelines/cleaning/index.ts';
import {
  ENTITY_NAMES,
  entriesSchema,
  type PriorityTrial,
  type StoredPriority,
} from '../pipelines/cleaning/priorities.ts';
import { RULE_STATES } from '../warehouse/operational/tables/staff-rules.ts';

export const reason = z.string().trim().min(2).max(500);
export const ruleId = z.coerce.number().int().positive();
export const readers = z.enum(['none', 'base', 'all']);

const state = z.enum(RULE_STATES);
export const trialSchema = z.object({
  against: z.string(),
  rows: z.number(),
  changed: z.number(),
  findings: z.array(z.object({ finding: z.string(), outcome: z.string(), rows: z.number() })),
  defects: z.object({ before: z.number(), after: z.number() }),
  quarantine: z
    .array(z.object({ dataset: z.string(), waiting: z.number(), mended: z.number() }))
    .optional()
    .describe(
      'rows waiting in quarantine that active rules may mend, and those the next run would let in by this one',
    ),
  samples: z.array(z.object({ field: z.string(), before: z.string(), after: z.string(), rows: z.number() })),
  tables: z.array(
    z.object({
      table: z.string(),
      rows: z.number(),
      gone: z.number(),
      come: z.number(),
      published: z.boolean(),
    }),
  ),
}) satisfies z.ZodType<Trial>;

export const ruleSchema = z.object({
  ruleId: z.number(),
  version: z.number(),
  dataset: z.string(),
  definition: definitionSchema,
  state,
  author: z.string(),
  reason: z.string(),
  createdAt: z.iso.datetime(),
  trial: trialSchema.nullable(),
});
export const shownRule = ({ createdAt, topic, ...rule }: StoredRule): z.output<typeof ruleSchema> => ({
  ...rule,
  dataset: topic,
  createdAt: createdAt.toISOString(),
});

export const unmappedSchema = z.object({
  dataset: z.string(),
  field: z.string(),
  word: z.string(),
  rows: z.number(),
  list: z.string(),
  lastSeen: z.string(),
  proposal: z.object({ code: z.string(), zh: z.string(), similarity: z.number() }).nullable(),
});

export const priorityTrialSchema = z.object({
  against: z.number(),
  entities: z.array(
    z.object({
      entity: z.enum(ENTITY_NAMES),
      objects: z.number(),
      changes: z.array(z.object({ attribute: z.string(), objects: z.number() })),
    }),
  ),
}) satisfies z.ZodType<PriorityTrial>;
export const prioritiesSchema = z.object({
  entries: entriesSchema,
  versions: z.array(
    z.object({
      version: z.number(),
      entries: entriesSchema,
      author: z.string(),
      reason: z.string(),
      createdAt: z.iso.datetime(),
      state,
      trial: priorityTrialSchema.nullable(),
    }),
  ),
});
export const shownPriority = ({
  createdAt,
  ...one
}: StoredPriority): z.output<typeof prioritiesSchema>['versions'][number] => ({
  ...one,
  createdAt: createdAt.toISOString(),
});

export const filterSchema = z.object({ dataset: z.string().max(128).optional(), state: state.optional() });
export const wordFilterSchema = z.object({
  dataset: z.string().max(128).optional(),
  field: z.string().max(128).optional(),
});
export type { By };
