import type { z } from 'zod';
import type { Lane } from '../config.ts';

export type { Lane };

export interface QueryOptions {
  /** `interactive` unless given. */
  lane?: Lane;
  /** Values of the SQL's `{name:Type}` placeholders; bound by the engine, never glued into the text. */
  params?: Record<string, unknown>;
  /** A tighter limit than the lane's, in seconds. On the embedded analyst lane the lane's own limit always holds. */
  maxSeconds?: number;
  /** More result rows than this fail with `resource_limit`. */
  maxRows?: number;
  /** Who asks, for the log and errors: `metrics.query`, `landing.load`. Never a value from the data. */
  tag?: string;
  /** The caller knows what to do when it fails: no warning in the log. */
  mayFail?: boolean;
}

/**
 * The analytical store: ClickHouse, in this process or on a server.
 * Every call fails with an AppError (`sql_failed`, `resource_limit`, `sql_rejected`) that names the query id and the tag
 * and holds no value from the data.
 */
export interface Warehouse {
  /** Rows checked by a zod schema at the edge. Int64 and Decimal arrive as strings unless the SQL casts them. */
  rows<T>(sql: string, schema: z.ZodType<T>, options?: QueryOptions): Promise<T[]>;
  /** The first column of the only row, for example a count. */
  value<T>(sql: string, schema: z.ZodType<T>, options?: QueryOptions): Promise<T>;
  /** Raw bytes in any ClickHouse format, for exports and the SQL gateway. Memory stays bounded. `sql` has no FORMAT clause. */
  bytes(sql: string, format: string, options?: QueryOptions): AsyncIterable<Uint8Array>;
  /** DDL, INSERT … SELECT, ALTER: one statement. */
  run(sql: string, options?: QueryOptions): Promise<void>;
  /**
   * INSERT from a local Parquet file: `file()` in the embedded engine, a streamed body on a server.
   * `structure` is ClickHouse's (`a String, b UInt64`); `select` gets the source's SQL and returns the SELECT.
   */
  insertParquet(
    table: string,
    columns: string[],
    parquetPath: string,
    structure: string,
    select: (source: string) => string,
    options?: QueryOptions,
  ): Promise<void>;
  /** The same from a file of any format the engine reads row by row, for example `RowBinary`. */
  insertFile(
    format: string,
    table: string,
    columns: string[],
    path: string,
    structure: string,
    select: (source: string) => string,
    options?: QueryOptions,
  ): Promise<void>;
  readonly kind: 'embedded' | 'server';
  /** Refuses further calls, waits for those under way, then lets go of the engine. */
  close(): Promise<void>;
}
