import { createReadStream } from 'node:fs';
import {
  ClickHouseLogLevel,
  createClient,
  type ClickHouseClient,
  type ClickHouseSettings,
} from '@clickhouse/client';
import { AppError } from '../../domain/errors.ts';
import { LANES, type Config, type Lane } from '../config.ts';
import type { Logger } from '../log.ts';
import { BaseWarehouse, RESULT_SETTINGS, type Query } from './base.ts';
import { LanePool } from './lane-pool.ts';
import { literal } from './sql.ts';

/** A ClickHouse server over HTTP. Settings travel with each request, so they stay on none. */
class ServerWarehouse extends BaseWarehouse {
  readonly kind = 'server';
  readonly #client: ClickHouseClient;
  readonly #lanes: Record<Lane, LanePool<number>>;

  constructor(config: Config, log: Logger, client: ClickHouseClient) {
    super(config, log);
    this.#client = client;
    const lane = (name: Lane) => new LanePool(name, [...Array(config.lanes[name].connections).keys()]);
    this.#lanes = { interactive: lane('interactive'), batch: lane('batch'), analyst: lane('analyst') };
  }

  protected fetchLines(query: Query): Promise<string> {
    return this.#lanes[query.lane].use(async () => {
      const result = await this.#client.query({
        query: query.sql,
        format: 'JSONEachRow',
        ...requestOf(query),
      });
      return result.text();
    });
  }

  protected async execute(query: Query): Promise<void> {
    await this.#lanes[query.lane].use(() => this.#client.command({ query: query.sql, ...requestOf(query) }));
  }

  /** The server finishes the result before it sends the first byte, so an error never comes in the middle of a file. */
  protected async *stream(query: Query, format: string): AsyncIterable<Uint8Array> {
    const result = await this.#lanes[query.lane].use(() => {
      const request = requestOf(query);
      return this.#client.exec({
        query: `${query.sql}\nFORMAT ${format}`,
        ...request,
        clickhouse_settings: { ...request.clickhouse_settings, wait_end_of_query: 1 },
      });
    });
    for await (const chunk of result.stream) yield chunk as Uint8Array;
  }

  protected async load(query: Query, path: string, format: string): Promise<void> {
    await this.#lanes[query.lane].use(async () => {
      const result = await this.#client.exec({
        query: `${query.sql}\nFORMAT ${format}`,
        values: createReadStream(path),
        ...requestOf(query),
      });
      result.stream.resume();
    });
  }

  /** The body of the request is the file: the server reads it through `input()`. */
  protected fileSource(_path: string, _format: string, structure: string): string {
    return `input(${literal(structure)})`;
  }

  async close(): Promise<void> {
    await Promise.all(LANES.map((lane) => this.#lanes[lane].close()));
    await this.#client.close();
  }
}

const requestOf = (query: Query) => ({
  query_id: query.queryId,
  query_params: query.params,
  clickhouse_settings: {
    ...RESULT_SETTINGS,
    max_execution_time: query.maxSeconds,
    max_memory_usage: String(query.maxMemoryBytes),
    max_result_rows: String(query.maxRows),
    result_overflow_mode: 'throw',
    log_comment: query.tag,
    // Keeps idle middle boxes from cutting the connection of a long statement.
    send_progress_in_http_headers: 1,
    http_headers_progress_interval_ms: '20000',
    // 2 lets the limits above through and still refuses every write; what may be read is the server user's grants.
    ...(query.lane === 'analyst' ? { readonly: '2' } : {}),
  } satisfies ClickHouseSettings,
});

/** @throws AppError `bad_configuration` when the server does not answer */
export async function openServerWarehouse(
  config: Config,
  url: string,
  log: Logger,
): Promise<ServerWarehouse> {
  const connections = LANES.reduce((sum, lane) => sum + config.lanes[lane].connections, 0);
  const client = createClient({
    url,
    application: 'anju',
    max_open_connections: connections + 2,
    request_timeout: (Math.max(...LANES.map((lane) => config.lanes[lane].maxSeconds)) + 30) * 1000,
    keep_alive: { enabled: true },
    // It would print the server's messages, which may quote values; we log what engineError leaves of them.
    log: { level: ClickHouseLogLevel.OFF },
  });
  const answer = await client.ping();
  if (!answer.success) {
    await client.close();
    throw new AppError('bad_configuration', 'ClickHouse at ANJU_CLICKHOUSE_URL does not answer.', {
      where: { host: new URL(url).host },
      fix: 'Check the address, the user and the password, and that the server runs.',
      retriable: true,
      cause: answer.error,
    });
  }
  return new ServerWarehouse(config, log, client);
}
