import { z } from 'zod';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { catalogEntrySchema, searchCatalog } from '../../pipelines/catalog/ask.ts';
import {
  catalogDetail as detailOf,
  catalogEntry,
  catalogNeighbourSchema,
  catalogStandingSchema,
} from '../../pipelines/catalog/detail.ts';
import { CATALOG_KINDS } from '../../pipelines/catalog/entry.ts';
import { catalogQuality as qualityOf } from '../../pipelines/catalog/quality.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { datasetScoreSchema, dayScoreSchema, scoreSchema } from '../quality-shapes.ts';
import { operation } from './operation.ts';

export const catalogQuestion = z.object({
  q: z.string().max(200).default(''),
  kind: z.enum(CATALOG_KINDS).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export const catalogAnswer = z.object({ entries: z.array(catalogEntrySchema) });
export const catalogName = z.object({ kind: z.enum(CATALOG_KINDS), name: z.string().min(1).max(200) });
export const catalogDetailSchema = z.object({
  entry: catalogEntrySchema,
  columns: z.array(catalogEntrySchema),
  standing: catalogStandingSchema.nullable(),
  standings: z.array(catalogStandingSchema),
  reads: z.array(catalogNeighbourSchema),
  readBy: z.array(catalogNeighbourSchema),
});
export const catalogQualitySchema = z.object({
  basis: z.enum(['own', 'datasets', 'fields', 'none']),
  score: scoreSchema,
  datasets: z.array(datasetScoreSchema),
  fields: z.array(z.object({ dataset: z.string(), field: z.string() })),
  days: z.array(dayScoreSchema),
});

export const qualityOfEntry = async (platform: Platform, name: z.output<typeof catalogName>) =>
  qualityOf(
    platform.warehouse,
    await contractsOf(platform.config),
    await catalogEntry(platform.warehouse, name),
  );

/** `anju catalog WORDS`: data sets, models, columns, metrics, exports and reports that hold every word. */
export const catalog = operation({
  params: catalogQuestion,
  result: catalogAnswer,
  run: async ({ warehouse }, question) => ({ entries: await searchCatalog(warehouse, question) }),
});

/** `anju catalog --show --kind KIND NAME`: one entry with its columns and how it stands. */
export const catalogDetail = operation({
  params: catalogName,
  result: catalogDetailSchema,
  run: ({ warehouse }, name) => detailOf(warehouse, name),
});

/** `anju catalog --quality --kind KIND NAME`: how good it is, by dimension. */
export const catalogQuality = operation({
  params: catalogName,
  result: catalogQualitySchema,
  run: qualityOfEntry,
});
