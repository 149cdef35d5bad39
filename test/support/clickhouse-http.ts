import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Session } from 'chdb';
import { identifier, literal } from '../../warehouse/engine/sql.ts';

export interface ClickHouseHttp {
  url: string;
  close(): Promise<void>;
}

/** Parameters of the HTTP interface that are not settings. */
const NOT_SETTINGS = new Set(['query', 'query_id', 'database', 'session_id', 'wait_end_of_query', 'role']);

/**
 * ClickHouse's HTTP interface in front of the real engine (chDB), for machines without a ClickHouse server: what
 * `@clickhouse/client` sends is run by ClickHouse's own parser and executor. A request has its own connection, as it
 * has its own session on a server.
 */
export async function serveClickHouseHttp(path: string, directory: string): Promise<ClickHouseHttp> {
  let count = 0;
  const server = createServer((request, response) => {
    const upload = join(directory, `upload-${(count += 1)}`);
    answer(path, upload, request, response).catch((error: unknown) => {
      const message = String((error as { message?: unknown }).message ?? error);
      const code = /Code: (\d+)/.exec(message)?.[1] ?? '1002';
      response.writeHead(500, { 'X-ClickHouse-Exception-Code': code }).end(message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
}

async function answer(
  path: string,
  upload: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://server');
  if (url.pathname === '/ping') {
    response.end('Ok.\n');
    return;
  }
  const inUrl = url.searchParams.get('query');
  let sql = inUrl ?? (await text(request));
  if (inUrl) {
    // The body is the file that `input()` reads.
    await pipeline(request, createWriteStream(upload));
    sql = inUrl
      .replace(/\binput\(/, `file(${literal(upload)}, 'Parquet', `)
      .replace(/\nFORMAT Parquet\s*$/, '');
  }
  const session = new Session(path);
  try {
    const settings = [...url.searchParams].filter(([name]) => !NOT_SETTINGS.has(name) && name !== 'readonly');
    const readonly = url.searchParams.get('readonly');
    for (const [name, value] of settings) {
      const isText = name.startsWith('param_') || !/^\d+$/.test(value);
      await session.queryAsync(
        `SET ${name.startsWith('param_') ? name : identifier(name)} = ${isText ? literal(value) : value}`,
      );
    }
    if (readonly) await session.queryAsync(`SET readonly = ${Number(readonly)}`);
    const result = await session.queryAsync(sql, { format: 'TabSeparated' });
    response.end(result.bytes());
  } finally {
    session.close();
    await rm(upload, { force: true });
  }
}
