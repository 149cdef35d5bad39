import { mkdir } from 'node:fs/promises';
import { DuckDBInstance, type DuckDBConnection, type DuckDBResultReader } from '@duckdb/node-api';

/** DuckDB as far as landing needs it: SQL that writes files. Its values never pass through JavaScript but for counts. */
export interface Duck {
  run(sql: string): Promise<void>;
  /** The first column of the only row. */
  count(sql: string): Promise<number>;
  /** Few rows for JavaScript to look at; big numbers come as text. */
  rows(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/**
 * An in-memory DuckDB that spills to `temporary` and downloads nothing. The first statement opens it: most deliveries are read without.
 * @param temporary directory, made if missing
 */
export function duckIn(temporary: string): Duck {
  let opened: Promise<Opened> | undefined;
  const connection = async (): Promise<DuckDBConnection> => (await (opened ??= open(temporary))).connection;
  const read = async (sql: string): Promise<DuckDBResultReader> => (await connection()).runAndReadAll(sql);
  return {
    run: async (sql) => {
      await (await connection()).run(sql);
    },
    count: async (sql) => Number((await read(sql)).getRows()[0]?.[0] ?? 0),
    rows: async (sql) => (await read(sql)).getRowObjectsJson(),
    close: async () => {
      if (!opened) return;
      const duck = await opened;
      duck.connection.closeSync();
      duck.instance.closeSync();
    },
  };
}

interface Opened {
  instance: DuckDBInstance;
  connection: DuckDBConnection;
}

async function open(temporary: string): Promise<Opened> {
  await mkdir(temporary, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: '1GB',
    temp_directory: temporary,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  return { instance, connection: await instance.connect() };
}

export const duckText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
export const duckName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export interface CsvForm {
  /** Physical lines before the data. */
  headerRows?: number;
  /** false where a quote is a character like any other. */
  isQuoted?: boolean;
}

/** `read_csv` of a well-formed UTF-8 file with exactly these columns, all text, '' where empty. Any deviation is an error. */
export function readCsvSql(
  path: string,
  columns: string[],
  delimiter: string,
  longestRecord: number,
  { headerRows = 1, isQuoted = true }: CsvForm = {},
): string {
  const quote = isQuoted ? `'"'` : `''`;
  const types = columns.map((column) => `${duckName(column)}: 'VARCHAR'`).join(', ');
  const names = columns.map(duckText).join(', ');
  return (
    `read_csv(${duckText(path)}, columns = {${types}}, force_not_null = [${names}], auto_detect = false, ` +
    `header = ${headerRows > 0}, skip = ${Math.max(headerRows - 1, 0)}, ` +
    `delim = ${duckText(delimiter)}, quote = ${quote}, escape = ${quote}, strict_mode = true, max_line_size = ${longestRecord})`
  );
}

/** Snappy, not zstd: writing takes half the time, and rows.parquet is read at once. */
export const copyToParquetSql = (select: string, path: string, groupRows = 122_880): string =>
  `COPY (${select}) TO ${duckText(path)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE ${groupRows})`;
