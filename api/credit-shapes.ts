/** What the credit routes and the command line both speak. */
import { z } from 'zod';
import type { Listed } from '../pipelines/credit/blacklist.ts';
import { PARTIES } from '../pipelines/credit/definitions.ts';
import { entrySchema, gradeSchema, scoreSchema } from '../pipelines/credit/read.ts';

export const party = z.enum(PARTIES);
export const partyId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
export const entryId = z.coerce.number().int().positive();

export const rankingQuery = z.object({
  party,
  list: z.enum(['best', 'worst']).default('best'),
  grade: z
    .string()
    .regex(/^[A-Z]$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const rankingSchema = z.object({ rows: z.array(scoreSchema), grades: z.array(gradeSchema) });
export const partySchema = z.object({ score: scoreSchema, entries: z.array(entrySchema) });

export const listBody = z.object({
  party,
  partyId,
  /** Cases of alert that people decided. */
  cases: z
    .array(z.string().regex(/^[0-9a-f]{32}$/))
    .min(1)
    .max(50),
});
export const listedSchema = z.object({
  entryId: z.number().int(),
  party,
  partyId: z.string(),
  /** A tenant's masked. */
  name: z.string(),
  cases: z.array(z.string()),
  reason: z.string(),
  listedBy: z.string(),
  listedAt: z.iso.datetime(),
  removalReason: z.string().nullable(),
  removalBy: z.string().nullable(),
  removedBy: z.string().nullable(),
  removedAt: z.iso.datetime().nullable(),
});
export const shownListed = ({
  listedAt,
  removedAt,
  ...entry
}: Listed & { name: string }): z.output<typeof listedSchema> => ({
  ...entry,
  listedAt: listedAt.toISOString(),
  removedAt: removedAt?.toISOString() ?? null,
});
