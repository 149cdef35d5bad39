import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import { engineError, type QueryContext } from './errors.ts';
import type { Lane, QueryOptions, Warehouse } from './warehouse.ts';

/** One query with everything decided: what an engine needs to run it. */
export interface Query extends QueryContext {
  sql: string;
  lane: Lane;
  params: Record<string, unknown>;
  maxSeconds: number;
  maxMemoryBytes: number;
  /** 0 = no limit. */
  maxRows: number;
  mayFail: boolean;
}

/** How numbers travel in JSON: what JavaScript cannot hold exactly comes as text. */
export const RESULT_SETTINGS = {
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
  output_format_json_quote_denormals: 0,
} as const;

const jsonRows = z.array(z.record(z.string(), z.unknown()));

/** What both engines share: ids, limits, the check at the edge, the log. */
export abstract class BaseWarehouse implements Warehouse {
  abstract readonly kind: 'embedded' | 'server';

  constructor(
    protected readonly config: Config,
    protected readonly log: Logger,
  ) {}

  /** One JSON object a line. */
  protected abstract fetchLines(query: Query): Promise<string>;
  protected abstract execute(query: Query): Promise<void>;
  protected abstract stream(query: Query, format: string): AsyncIterable<Uint8Array>;
  protected abstract load(query: Query, path: string, format: string): Promise<void>;
  /** SQL that stands for the file in `FROM`. */
  protected abstract fileSource(path: string, format: string, structure: string): string;
  abstract close(): Promise<void>;

  async rows<T>(sql: string, schema: z.ZodType<T>, options: QueryOptions = {}): Promise<T[]> {
    const query = this.#plan(sql, options);
    const text = await this.#logged(query, () => this.fetchLines(query));
    const rows = jsonRows.parse(
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line): unknown => JSON.parse(line)),
    );
    if (query.maxRows > 0 && rows.length > query.maxRows) {
      throw new AppError('resource_limit', `${query.tag} gave more than ${query.maxRows} rows.`, {
        where: { queryId: query.queryId, tag: query.tag },
        fix: 'Add a LIMIT or a narrower filter.',
      });
    }
    return rows.map((row) => checked(row, schema, query));
  }

  async value<T>(sql: string, schema: z.ZodType<T>, options: QueryOptions = {}): Promise<T> {
    const rows = await this.rows(sql, z.record(z.string(), z.unknown()), options);
    const values = rows.length === 1 && rows[0] ? Object.values(rows[0]) : [];
    if (values.length !== 1) {
      throw new AppError(
        'bug',
        `${options.tag ?? 'query'} must give one row of one column, it gave ${rows.length} rows.`,
      );
    }
    return checked(values[0], schema, { queryId: '', tag: options.tag ?? 'query' });
  }

  async *bytes(sql: string, format: string, options: QueryOptions = {}): AsyncIterable<Uint8Array> {
    if (!/^[A-Za-z0-9]+$/.test(format)) {
      throw new AppError('bad_request', `“${format}” is not the name of a format.`, {
        fix: 'Use for example CSVWithNames, JSONEachRow, Parquet or ArrowStream.',
      });
    }
    const query = this.#plan(sql, options);
    try {
      yield* this.stream(query, format);
    } catch (error) {
      throw engineError(error, query);
    }
  }

  async run(sql: string, options: QueryOptions = {}): Promise<void> {
    const query = this.#plan(sql, options);
    await this.#logged(query, () => this.execute(query));
  }

  insertParquet(
    ...[table, columns, path, structure, select, options]: Parameters<Warehouse['insertParquet']>
  ) {
    return this.insertFile('Parquet', table, columns, path, structure, select, {
      tag: 'insertParquet',
      ...options,
    });
  }

  async insertFile(
    format: string,
    table: string,
    columns: string[],
    path: string,
    structure: string,
    select: (source: string) => string,
    options: QueryOptions = {},
  ): Promise<void> {
    const source = this.fileSource(path, format, structure);
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) ${select(source)}`;
    const query = this.#plan(sql, { lane: 'batch', tag: 'insertFile', ...options });
    await this.#logged(query, () => this.load(query, path, format));
  }

  #plan(sql: string, options: QueryOptions): Query {
    const lane = options.lane ?? 'interactive';
    const limits = this.config.lanes[lane];
    return {
      sql,
      lane,
      queryId: randomUUID(),
      tag: options.tag ?? 'query',
      params: options.params ?? {},
      maxSeconds: Math.min(options.maxSeconds ?? limits.maxSeconds, limits.maxSeconds),
      maxMemoryBytes: limits.maxMemoryBytes,
      maxRows: options.maxRows ?? 0,
      mayFail: options.mayFail ?? false,
    };
  }

  /** The SQL's text is not logged: it may hold values. The tag and the id lead to it. */
  async #logged<T>(query: Query, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const about = { queryId: query.queryId, tag: query.tag, lane: query.lane };
    try {
      const result = await work();
      this.log.debug({ ...about, ms: Math.round(performance.now() - startedAt) }, 'query');
      return result;
    } catch (error) {
      const known = engineError(error, query);
      this.log[query.mayFail ? 'debug' : 'warn'](
        { ...about, ms: Math.round(performance.now() - startedAt), code: known.code },
        'query failed',
      );
      throw known;
    }
  }
}

/** The message names the column and what was expected, never the value. */
function checked<T>(row: unknown, schema: z.ZodType<T>, context: QueryContext): T {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError(
    'bug',
    `${context.tag} gave a row that does not fit its schema: ${issue?.path.join('.') || 'value'}: ${issue?.code}.`,
    { where: { queryId: context.queryId, tag: context.tag } },
  );
}
