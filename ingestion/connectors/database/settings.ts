/** Settings the four database connectors share. */
import { z } from 'zod';
import type { Dataset } from '../../contract.ts';
import { datasetId } from '../../contract.ts';
import { tlsShape } from '../tls.ts';
import { refused } from './errors.ts';

export const addressFields = {
  host: z.string().min(1).max(253),
  port: z.number().int().min(1).max(65_535),
  database: z.string().min(1).max(128),
  user: z.string().min(1).max(128),
  /** `verify`: encrypted, and the certificate must be the host's. `off` only where the network itself is closed. */
  tls: z.enum(['verify', 'off']).default('verify'),
  ...tlsShape,
  /** In which offset instants are written: the agency's own. */
  utcOffset: z
    .string()
    .regex(/^[+-]\d{2}:\d{2}$/)
    .default('+08:00'),
  connectSeconds: z.number().positive().max(300).default(15),
  /** A statement that takes longer is given up by the source itself. */
  statementSeconds: z.number().int().positive().max(86_400).default(3600),
};
export type Address = z.output<z.ZodObject<typeof addressFields>>;

/** Column of the table by the contract's column, where the two differ. */
export const columnNames = z.record(z.string(), z.string()).default({});

/** A column as the source describes it. */
export interface SourceColumn {
  name: string;
  /** The source's own word, with length and precision: `numeric(12,2)`. */
  type: string;
}
/** A column that is fetched, and the contract's column it becomes. */
export interface ChosenColumn extends SourceColumn {
  /** Header in the file: the contract's `source`. */
  header: string;
}

/**
 * The table's columns a contract asks for, in the contract's order. Others are never fetched.
 * @throws AppError `source_refused` naming the column the table does not have
 */
export function chooseColumns(
  dataset: Dataset,
  table: string,
  columns: readonly SourceColumn[],
  names: Readonly<Record<string, string>>,
): ChosenColumn[] {
  const byName = new Map(columns.map((column) => [column.name, column]));
  return dataset.fields.flatMap((field) => {
    const column = byName.get(names[field.source] ?? field.source);
    if (column) return [{ ...column, header: field.source }];
    if (field.optionalColumn) return [];
    const name = names[field.source] ?? field.source;
    throw refused(
      `${table} has no column “${name.slice(0, 60)}”, which ${datasetId(dataset)} asks for.`,
      'Name the table’s own column in the setting columns, or widen the contract.',
      { table, column: name.slice(0, 60) },
    );
  });
}

/** The columns of a table the contract does not know: drift to be told, not data to be taken. */
export const unknownColumns = (chosen: readonly ChosenColumn[], columns: readonly SourceColumn[]): string[] =>
  columns.map(({ name }) => name).filter((name) => !chosen.some((column) => column.name === name));
