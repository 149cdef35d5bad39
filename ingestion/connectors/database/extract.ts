/** Files from a table: one plan for every database, in SQL that only reads, on one snapshot of the source. */
import { join } from 'node:path';
import { z } from 'zod';
import { datasetId, deliverySchema } from '../../contract.ts';
import type { Collected, Position } from '../connector.ts';
import { refused } from './errors.ts';
import { type ChosenColumn, chooseColumns, type SourceColumn, unknownColumns } from './settings.ts';
import { type Reading, tableDataset, type TableSettings } from './table-settings.ts';
import type { CollectCall } from '../connector.ts';

/** What a database says in its own words. All names go through `identifier`, all values through `literal`. */
export interface Dialect {
  identifier(name: string): string;
  literal(text: string): string;
  /** SQL of a value as the text it is written with. */
  asText(sql: string): string;
  /** A text that `asText` gave, as a value of the column again. */
  typed(text: string, type: string): string;
  kindOf(type: string): 'instant' | 'number' | 'text' | 'other';
  /** The source's clock, as the column's type has it. */
  clock(type: string): string;
  earlier(value: string, seconds: number): string;
}

/** A session inside a transaction that only reads and sees one state of the source. */
export interface TableSession {
  readonly dialect: Dialect;
  /** What to select from: a quoted table, or a query in brackets with a name. */
  readonly from: string;
  /** The name of the source in messages and file names. */
  readonly name: string;
  readonly columns: readonly SourceColumn[];
  /** The first value of the first row, as text. */
  value(sql: string): Promise<string | null>;
  /** Writes the rows as CSV with the header of the contract's columns. @returns rows */
  copy(columns: readonly ChosenColumn[], tail: string, path: string): Promise<number>;
  /** The source's date and time, `YYYY-MM-DD HH:MM:SS`. */
  now(): Promise<string>;
  /** Ends what runs as well; more than once is no harm. */
  close(): Promise<void>;
}

export const CSV = deliverySchema.parse({ shape: 'csv', encoding: 'utf-8' });
const position = z.object({ mode: z.string(), column: z.string(), value: z.string() });

/** A name for a file: the table's own letters and figures. */
export const fileLabel = (name: string): string => name.replace(/[^\p{L}\p{N}_.-]+/gu, '_').slice(0, 100);

/** Opens the table, and reads it; ends when told to stop, without a word. */
export async function* collectTable(
  call: CollectCall<TableSettings>,
  open: (call: CollectCall<TableSettings>) => Promise<TableSession>,
): AsyncGenerator<Collected> {
  const session = await open(call);
  const stop = (): void => void session.close();
  call.signal.addEventListener('abort', stop, { once: true });
  try {
    yield* extractTable(session, call);
  } catch (error) {
    if (!call.signal.aborted) throw error;
  } finally {
    call.signal.removeEventListener('abort', stop);
    await session.close();
  }
}

async function* extractTable(
  session: TableSession,
  call: CollectCall<TableSettings>,
): AsyncGenerator<Collected> {
  const dataset = tableDataset(call);
  const { read } = call.settings;
  const columns = chooseColumns(dataset, session.name, session.columns, call.settings.columns);
  const unknown = unknownColumns(columns, session.columns);
  if (unknown.length > 0)
    call.log.info({ table: session.name, columns: unknown.length }, 'columns not in the contract');
  const now = await session.now();
  const about = { dataset: datasetId(dataset), shape: CSV, businessDate: now.slice(0, 10) };
  const label = `${fileLabel(session.name)}_${now.replace(/\D/g, '')}`;
  if (read.mode === 'full') {
    const path = join(call.directory, 'table.csv');
    await session.copy(columns, '', path);
    yield {
      ...about,
      path,
      fileName: `${label}.csv`,
      loadAs: 'snapshot',
      position: { mode: 'full', at: now },
    };
    return;
  }
  const range = rangeOf(session, read, call.position);
  const last = await range.last();
  let from = range.from;
  for (let part = 1; last !== null && !call.signal.aborted; part++) {
    const until = await range.partEnd(from, last, call.settings.rowsPerFile);
    if (until === null) return;
    const path = join(call.directory, `part-${part}.csv`);
    await session.copy(columns, `WHERE ${range.between(from, until)} ORDER BY ${range.column}`, path);
    const reached: Position = { mode: read.mode, column: read.column, value: until };
    yield { ...about, path, fileName: `${label}_${part}.csv`, position: reached };
    from = range.behind(until);
  }
}

interface Range {
  /** The column, quoted. */
  column: string;
  /** Condition on the first part's rows; '' for all. */
  from: string;
  /** The last value that is read this time; null when there is none. */
  last(): Promise<string | null>;
  /** The value at which a part of about `rows` rows ends: rows of one value stay together. */
  partEnd(from: string, last: string, rows: number): Promise<string | null>;
  between(from: string, until: string): string;
  behind(value: string): string;
}

/** @throws AppError `source_refused` when the column is missing or cannot order rows */
function rangeOf(
  session: TableSession,
  read: Exclude<Reading, { mode: 'full' }>,
  before: Position | null,
): Range {
  const { dialect } = session;
  const found = session.columns.find(({ name }) => name === read.column);
  if (!found)
    throw refused(`${session.name} has no column “${read.column}”.`, 'Name the column rows are read by.');
  const kind = dialect.kindOf(found.type);
  if (kind === 'other' || (read.mode === 'timestamp') !== (kind === 'instant')) {
    throw refused(
      `Rows cannot be read by ${read.mode}: “${read.column}” is ${found.type}.`,
      'A timestamp is a column of dates or timestamps, an increasing column one of numbers or texts.',
    );
  }
  const column = dialect.identifier(found.name);
  const typed = (text: string): string => dialect.typed(text, found.type);
  const known = position.safeParse(before);
  const isSame = known.success && known.data.mode === read.mode && known.data.column === read.column;
  const extreme = (source: string): Promise<string | null> =>
    session.value(`SELECT ${dialect.asText(`max(${column})`)} FROM ${source}`);
  // Rows dated in the future wait: they must not carry the position past those that come until then.
  const notLater = read.mode === 'timestamp' ? `WHERE ${column} <= ${dialect.clock(found.type)}` : '';
  const all = (conditions: string[]): string => conditions.filter(Boolean).join(' AND ');
  const between = (from: string, until: string): string => all([from, `${column} <= ${typed(until)}`]);
  return {
    column,
    from: isSame ? `${column} ${startOf(dialect, read, kind, typed(known.data.value))}` : '',
    last: () => extreme(`${session.from} ${notLater}`),
    partEnd: (from, last, rows) =>
      extreme(
        `(SELECT ${column} FROM ${session.from} WHERE ${between(from, last)} ORDER BY ${column} LIMIT ${rows}) AS part`,
      ),
    between,
    behind: (value) => `${column} > ${typed(value)}`,
  };
}

/** Inclusive where rows of the value last seen, or before it, may have come since. */
function startOf(
  dialect: Dialect,
  read: Exclude<Reading, { mode: 'full' }>,
  kind: 'instant' | 'number' | 'text' | 'other',
  value: string,
): string {
  if (read.mode === 'timestamp') return `>= ${dialect.earlier(value, read.overlapSeconds)}`;
  if (kind === 'text') return `> ${value}`;
  return `> ${value} - ${read.overlap ?? 1000}`;
}
