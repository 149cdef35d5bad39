import { z } from 'zod';
import type { Dataset } from '../../contract.ts';
import { datasetId } from '../../contract.ts';
import { refused } from './errors.ts';
import { addressFields, columnNames } from './settings.ts';

/** What PostgreSQL's and MySQL's change logs have in common. */
export const logFields = {
  ...addressFields,
  tables: z
    .array(
      z.strictObject({
        schema: z.string().min(1).optional(),
        table: z.string().min(1),
        /** `source.dataset` of the contract the table feeds. */
        dataset: z.string().min(1),
        columns: columnNames,
      }),
    )
    .min(1),
  /** False: read to where the log ends now, and come back at the next run. True: go on until stopped. */
  follow: z.boolean().default(false),
  /** A file ends with the transaction that brings it to so many changes … */
  batchChanges: z.number().int().positive().default(10_000),
  /** … or with the first one after so many seconds. */
  batchSeconds: z.number().positive().max(3600).default(10),
  /** How long a source may be away before the run gives up; the next one goes on from the position. */
  reconnectSeconds: z.number().nonnegative().max(3600).default(60),
  /** Raised by one, it asks for the whole tables anew: after a log was lost, or a table replaced. */
  snapshot: z.number().int().positive().default(1),
};

export type LogSettings = z.output<z.ZodObject<typeof logFields>>;
export type TableSetting = LogSettings['tables'][number];

/** The contract of each table. @throws AppError `source_refused` when the task does not feed it, or two tables feed one */
export function datasetsOf(settings: LogSettings, datasets: readonly Dataset[]): Map<TableSetting, Dataset> {
  const chosen = new Map<TableSetting, Dataset>();
  for (const table of settings.tables) {
    const dataset = datasets.find((each) => datasetId(each) === table.dataset);
    if (!dataset)
      throw refused(
        `The task does not feed ${table.dataset}.`,
        'Name in the tables the data sets of the task.',
        { table: table.table },
      );
    if ([...chosen.values()].includes(dataset))
      throw refused(
        `Two tables would feed ${table.dataset}.`,
        'One table a data set: each is compared whole.',
      );
    chosen.set(table, dataset);
  }
  return chosen;
}
