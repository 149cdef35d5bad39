import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { drainPending, Session } from 'chdb';
import { AppError } from '../../domain/errors.ts';
import { LANES, type Config, type Lane } from '../config.ts';
import { errorMessage } from '../error-code.ts';
import { homePaths } from '../home.ts';
import type { Logger } from '../log.ts';
import { BaseWarehouse, RESULT_SETTINGS, type Query } from './base.ts';
import { LanePool } from './lane-pool.ts';
import { parameterText, placeholderNames } from './parameters.ts';
import { literal } from './sql.ts';
import { writeEngineConfig } from './engine-config.ts';

/**
 * One chDB connection. It serves one query at a time, so the settings of a query can be SET before it: they stay on the
 * connection, and the next query SETs them all again.
 */
class EmbeddedConnection {
  readonly #session: Session;
  readonly #isReadonly: boolean;
  /** Parameters SET earlier stay on the connection; a query that forgot one must fail, not see another's value. */
  readonly #boundBefore = new Set<string>();

  constructor(path: string, connectionArgs: string[], isReadonly: boolean) {
    this.#session = new Session(path, { connectionArgs });
    this.#isReadonly = isReadonly;
  }

  async prepare(settings: Record<string, string | number>): Promise<void> {
    await this.#session.queryAsync(setStatement(settings));
  }

  async fetch(query: Query, format: string, sql = query.sql): Promise<Uint8Array> {
    const settings: Record<string, string | number> = this.#isReadonly ? {} : settingsOf(query);
    for (const [name, value] of Object.entries(query.params)) {
      if (!/^[A-Za-z_]\w*$/.test(name))
        throw new AppError('bug', `“${name}” is not a name for a query parameter.`);
      settings[`param_${name}`] = parameterText(name, value);
    }
    for (const name of placeholderNames(sql)) {
      if (!(name in query.params) && this.#boundBefore.has(name)) {
        throw new AppError(
          'bug',
          `${query.tag} has a placeholder {${name}:…} and no parameter of that name.`,
        );
      }
    }
    Object.keys(query.params).forEach((name) => this.#boundBefore.add(name));
    const prefix = Object.keys(settings).length === 0 ? '' : `${setStatement(settings)}; `;
    try {
      const result = await this.#session.queryAsync(`${prefix}${sql}`, { format });
      return result.bytes();
    } catch (error) {
      // What went wrong is told, also when the connection is past a further query.
      await Promise.allSettled([this.#letGo()]);
      throw error;
    }
  }

  /**
   * A query that failed while it ran keeps hold of its tables until the connection's next one: `DROP TABLE … SYNC` on another
   * connection would wait for ever. So the next one comes at once.
   */
  async #letGo(): Promise<void> {
    await this.#session.queryAsync('SELECT 1', { format: 'Null' });
  }

  close(): void {
    this.#session.close();
  }
}

const setStatement = (settings: Record<string, string | number>): string =>
  `SET ${Object.entries(settings)
    .map(([name, value]) => `${name} = ${typeof value === 'number' ? value : literal(value)}`)
    .join(', ')}`;

const settingsOf = (query: Query): Record<string, string | number> => ({
  max_execution_time: query.maxSeconds,
  max_memory_usage: query.maxMemoryBytes,
  max_result_rows: query.maxRows,
  result_overflow_mode: 'throw',
  log_comment: `${query.queryId} ${query.tag}`,
});

/**
 * Files are read, not mapped: of a mapped one every page counts as the process's memory. And of Parquet not as much is read ahead as
 * would fit into memory, four gibibytes at first.
 */
const FILE_SETTINGS = {
  storage_file_read_method: 'pread',
  input_format_parquet_memory_high_watermark: 2 ** 27,
};

/** chDB in this process: one directory, several connections in lanes. */
class EmbeddedWarehouse extends BaseWarehouse {
  readonly kind = 'embedded';
  readonly #lanes: Record<Lane, LanePool<EmbeddedConnection>>;
  readonly #connections: EmbeddedConnection[];
  readonly #spoolDirectory: string;

  constructor(config: Config, log: Logger, connections: Record<Lane, EmbeddedConnection[]>) {
    super(config, log);
    this.#connections = LANES.flatMap((lane) => connections[lane]);
    this.#lanes = {
      interactive: new LanePool('interactive', connections.interactive),
      batch: new LanePool('batch', connections.batch),
      analyst: new LanePool('analyst', connections.analyst),
    };
    this.#spoolDirectory = homePaths(config.home).spool;
  }

  protected async fetchLines(query: Query): Promise<string> {
    const bytes = await this.#lanes[query.lane].use((connection) => connection.fetch(query, 'JSONEachRow'));
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  }

  protected async execute(query: Query): Promise<void> {
    await this.#lanes[query.lane].use((connection) => connection.fetch(query, 'Null'));
  }

  /**
   * Through a spool file: memory stays bounded in every format (chDB's own stream repeats header and footer a chunk),
   * an error comes before the first byte, and a slow reader does not hold a connection.
   */
  protected async *stream(query: Query, format: string): AsyncIterable<Uint8Array> {
    const path = join(this.#spoolDirectory, query.queryId);
    try {
      const sql = `${query.sql}\nINTO OUTFILE ${literal(path)} FORMAT ${format}`;
      await this.#lanes[query.lane].use((connection) => connection.fetch(query, 'Null', sql));
      for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
    } finally {
      await rm(path, { force: true });
    }
  }

  protected load(query: Query): Promise<void> {
    return this.execute(query);
  }

  protected fileSource(path: string, format: string, structure: string): string {
    return `file(${literal(path)}, ${literal(format)}, ${literal(structure)})`;
  }

  async close(): Promise<void> {
    await Promise.all(LANES.map((lane) => this.#lanes[lane].close()));
    for (const connection of this.#connections) connection.close();
    await drainPending();
  }
}

/**
 * Opens chDB on `<home>/warehouse`. The caller holds the home's lock.
 * @throws AppError `home_in_use` when the engine of another process holds the directory
 */
export async function openEmbeddedWarehouse(config: Config, log: Logger): Promise<EmbeddedWarehouse> {
  const paths = homePaths(config.home);
  await mkdir(paths.warehouse, { recursive: true });
  await rm(paths.spool, { recursive: true, force: true });
  await mkdir(paths.spool, { recursive: true });
  const wanted = LANES.reduce((sum, lane) => sum + config.lanes[lane].connections, 0);
  if (config.threadPoolSize <= wanted) {
    log.warn(
      { threadPoolSize: config.threadPoolSize, connections: wanted },
      'UV_THREADPOOL_SIZE is not above the number of connections: queries will wait for threads; bin/anju sets it',
    );
  }
  const connectionArgs = [`--config-file=${await writeEngineConfig(config.home)}`];
  const open = async (lane: Lane): Promise<EmbeddedConnection[]> => {
    const limits = config.lanes[lane];
    const isReadonly = lane === 'analyst';
    const opened = Array.from(
      { length: limits.connections },
      () => new EmbeddedConnection(paths.warehouse, connectionArgs, isReadonly),
    );
    for (const connection of opened) {
      // readonly comes last and cannot be taken back: from then on this connection refuses every change and every
      // table function that reads outside the warehouse, whatever the SQL says.
      await connection.prepare({
        ...RESULT_SETTINGS,
        ...FILE_SETTINGS,
        max_execution_time: limits.maxSeconds,
        max_memory_usage: limits.maxMemoryBytes,
        ...(isReadonly ? { log_comment: 'analyst', readonly: 1 } : {}),
      });
    }
    return opened;
  };
  try {
    return new EmbeddedWarehouse(config, log, {
      interactive: await open('interactive'),
      batch: await open('batch'),
      analyst: await open('analyst'),
    });
  } catch (error) {
    throw openingError(error, paths.warehouse);
  }
}

function openingError(error: unknown, path: string): AppError {
  const message = errorMessage(error);
  const isHeld = /Cannot lock file|CANNOT_OPEN_FILE|already|active data directory/i.test(message);
  return new AppError(
    isHeld ? 'home_in_use' : 'sql_failed',
    `The warehouse at ${path} could not be opened: ${message.slice(0, 300)}`,
    { where: { path }, fix: isHeld ? 'Stop the other process that has it open.' : undefined, cause: error },
  );
}
