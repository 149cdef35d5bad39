import { z } from 'zod';
import { columnEdgeSchema, columnLineage } from '../../pipelines/lineage/column-walk.ts';
import type { TracedRow } from '../../pipelines/lineage/service.ts';
import { traceRow } from '../../pipelines/lineage/service.ts';
import { projectOf } from '../../pipelines/runner.ts';
import { COMMAND, operation } from './operation.ts';
import { audited } from '../audit.ts';

const name = z
  .string()
  .max(200)
  .regex(/^[\p{L}\p{N}_ ().（）]+$/u, 'is not a name of a table or column');
export const relationSchema = z
  .string()
  .max(200)
  .regex(/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/, 'is not database.table');

export const columnQuestion = z.object({
  model: relationSchema,
  column: name,
  direction: z.enum(['up', 'down']).default('up'),
  /** Also what decides which rows there are: joins, filters, groups. */
  rows: z.boolean().default(false),
});
export const columnAnswer = z.object({ edges: z.array(columnEdgeSchema) });

export const rowQuestion = z.object({
  model: relationSchema,
  key: z
    .record(z.string().max(100), z.string().max(500))
    .refine(
      (key) => Object.keys(key).length > 0 && Object.keys(key).length <= 10,
      'names one to ten columns',
    ),
});
export const rowAnswer = z.object({
  relations: z.array(
    z.object({ relation: z.string(), rows: z.number(), isTooMany: z.boolean(), untied: z.array(z.string()) }),
  ),
  deliveries: z.array(
    z.object({
      relation: z.string(),
      dataset: z.string(),
      batchId: z.number(),
      deliveryId: z.string(),
      fileName: z.string(),
      sha256: z.string().nullable(),
      businessDate: z.string().nullable(),
      loadedAt: z.iso.datetime(),
      certificate: z.string().nullable(),
      rowNos: z.array(z.number()),
    }),
  ),
});

export const shownTrace = ({ relations, deliveries }: TracedRow): z.output<typeof rowAnswer> => ({
  relations,
  deliveries: deliveries.map((one) => ({ ...one, loadedAt: one.loadedAt.toISOString() })),
});

/** `anju lineage database.table COLUMN`: what a column is made of, or what is made of it. */
export const lineageColumns = operation({
  params: columnQuestion,
  result: columnAnswer,
  run: async ({ warehouse }, { direction, rows, ...from }) => ({
    edges: await columnLineage(warehouse, from, direction, rows),
  }),
});

/** `anju lineage database.table --key …`: the files and rows a row was made from. */
export const lineageRows = operation({
  params: rowQuestion,
  result: rowAnswer,
  run: async (platform, question) =>
    audited(platform.store, { user: COMMAND, action: 'lineage.rows', object: question.model }, async () =>
      shownTrace(await traceRow(platform, await projectOf(platform), question)),
    ),
});
