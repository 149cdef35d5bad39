/** Scores of quality as the API tells them: good of total, by dimension. */
import { z } from 'zod';

export const dimensionScoreSchema = z.object({
  good: z.number(),
  total: z.number(),
  /** 0 to 1; null where nothing could be measured. */
  score: z.number().nullable(),
});
export const scoreSchema = z.object({
  overall: z.number().nullable(),
  dimensions: z.record(z.string(), dimensionScoreSchema),
});
export const ownerScoreSchema = scoreSchema.extend({ owner: z.string(), datasets: z.number() });
export const datasetScoreSchema = scoreSchema.extend({
  ...{ dataset: z.string(), zh: z.string(), owner: z.string() },
});
export const dayScoreSchema = scoreSchema.extend({ day: z.string() });
