import { z } from 'zod';
import { CATALOG_KINDS } from '../../pipelines/catalog/entries.ts';
import {
  catalogDetail as detailOf,
  catalogEntrySchema,
  catalogStandingSchema,
  searchCatalog,
} from '../../pipelines/catalog/ask.ts';
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
});

/** `anju catalog WORDS`: data sets, models, columns, metrics and exports that hold every word. */
export const catalog = operation({
  params: catalogQuestion,
  result: catalogAnswer,
  run: async ({ warehouse }, question) => ({ entries: await searchCatalog(warehouse, question) }),
});

/** `anju catalog --show KIND NAME`: one entry with its columns and how it stands. */
export const catalogDetail = operation({
  params: catalogName,
  result: catalogDetailSchema,
  run: ({ warehouse }, name) => detailOf(warehouse, name),
});
