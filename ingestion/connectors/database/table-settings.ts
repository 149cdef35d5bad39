import { z } from 'zod';
import type { Dataset } from '../../contract.ts';
import { datasetId } from '../../contract.ts';
import type { CollectCall } from '../connector.ts';
import { onlyDataset } from '../one-dataset.ts';
import { refused } from './errors.ts';
import { addressFields, columnNames } from './settings.ts';

/** How much of a table is read each time. */
const reading = z.discriminatedUnion('mode', [
  /** The whole table, compared with the state known. */
  z.strictObject({ mode: z.literal('full') }),
  /** Rows whose date or timestamp is not older than the last seen less `overlapSeconds`; for sources that stamp each change. */
  z.strictObject({
    mode: z.literal('timestamp'),
    column: z.string().min(1),
    /** Longer than the longest transaction of the source: a row is stamped when it is written and seen when it is committed. */
    overlapSeconds: z.number().int().nonnegative().default(300),
  }),
  /** Rows behind the last number seen less `overlap`; for rows that are only ever added. */
  z.strictObject({
    mode: z.literal('increasing'),
    column: z.string().min(1),
    /** More than the source numbers while its longest transaction runs; 1000 for numbers, and none for texts. */
    overlap: z.number().int().nonnegative().optional(),
  }),
]);
export type Reading = z.output<typeof reading>;

export const tableSettings = z
  .strictObject({
    ...addressFields,
    /** Schema of PostgreSQL; in MySQL the database is. */
    schema: z.string().min(1).optional(),
    table: z.string().min(1).optional(),
    /** In place of a table: one SELECT, run in a transaction that can only read. */
    query: z.string().min(1).max(100_000).optional(),
    columns: columnNames,
    read: reading.default({ mode: 'full' }),
    /** Rows of a file; a whole table is always one file. */
    rowsPerFile: z.number().int().positive().default(1_000_000),
  })
  .refine(({ table, query }) => (table === undefined) !== (query === undefined), {
    error: 'either a table or a query',
  });
export type TableSettings = z.output<typeof tableSettings>;

/**
 * The one data set a table feeds.
 * @throws AppError `source_refused` when the task feeds several, or a part of the table would pass for the whole
 */
export function tableDataset(call: CollectCall<TableSettings>): Dataset {
  const dataset = onlyDataset(call.datasets);
  if (dataset.load.strategy === 'full' && call.settings.read.mode !== 'full') {
    throw refused(
      `${datasetId(dataset)} is delivered whole: rows read by ${call.settings.read.mode} would pass for all there are.`,
      'Read it whole (mode full), follow the log of the database, or make the contract incremental.',
    );
  }
  return dataset;
}
