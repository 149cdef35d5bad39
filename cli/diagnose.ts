import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import type { Config } from '../warehouse/config.ts';
import type { Owner } from '../warehouse/owner-lock.ts';

export interface Check {
  name: string;
  ok: boolean;
  detail: string;
  fix?: string;
}

const GIB = 2 ** 30;
/** The sample city at the demo's scale and one rebuild beside it fit in this. */
const LEAST_FREE_GIB = 5;

/** What a person would check by hand when Anju does not start. Opens nothing, so that it works beside a running server. */
export async function diagnose(config: Config, owner: Owner | null): Promise<Check[]> {
  return [
    node(),
    platform(),
    threadPool(),
    await writable(config.home),
    await disk(config.home),
    ...(await servers(config)),
    running(owner),
  ];
}

const node = (): Check => ({ name: 'node', ok: true, detail: process.versions.node });

const platform = (): Check => {
  const name = `${process.platform}-${process.arch}`;
  const ok = process.platform !== 'win32';
  return {
    name: 'platform',
    ok,
    detail: name,
    fix: ok ? undefined : 'The embedded warehouse needs Linux (glibc) or macOS; use WSL 2 on Windows.',
  };
};

const threadPool = (): Check => {
  // eslint-disable-next-line no-restricted-properties -- Node's own setting, not one of ours
  const size = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
  return {
    name: 'threads',
    ok: size >= 12,
    detail: `UV_THREADPOOL_SIZE=${size}`,
    fix: size >= 12 ? undefined : 'Start through bin/anju, which sets it, or set it to 24.',
  };
};

async function writable(home: string): Promise<Check> {
  try {
    await mkdir(home, { recursive: true });
    await access(home, constants.R_OK | constants.W_OK);
    return { name: 'home', ok: true, detail: home };
  } catch (error) {
    return {
      name: 'home',
      ok: false,
      detail: `${home}: ${(error as Error).message}`,
      fix: 'Give this user the directory, or set ANJU_HOME.',
    };
  }
}

async function disk(home: string): Promise<Check> {
  try {
    const { bavail, bsize } = await statfs(home);
    const free = (bavail * bsize) / GIB;
    const ok = free >= LEAST_FREE_GIB;
    return {
      name: 'disk',
      ok,
      detail: `${free.toFixed(1)} GiB free`,
      fix: ok ? undefined : `Free at least ${LEAST_FREE_GIB} GiB.`,
    };
  } catch (error) {
    return { name: 'disk', ok: false, detail: (error as Error).message };
  }
}

/** The server forms, asked for the least they answer. */
async function servers(config: Config): Promise<Check[]> {
  const checks: Check[] = [];
  if (config.clickhouseUrl)
    checks.push(await answers('clickhouse', () => pingClickHouse(config.clickhouseUrl ?? '')));
  if (config.postgresUrl)
    checks.push(await answers('postgres', () => pingPostgres(config.postgresUrl ?? '')));
  return checks;
}

async function answers(name: string, ping: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, detail: await ping() };
  } catch (error) {
    return {
      name,
      ok: false,
      detail: (error as Error).message,
      fix: `Check ANJU_${name.toUpperCase()}_URL and that the server runs.`,
    };
  }
}

async function pingClickHouse(url: string): Promise<string> {
  const { createClient } = await import('@clickhouse/client');
  const client = createClient({ url, request_timeout: 5000 });
  try {
    const result = await client.query({ query: 'SELECT version() AS version', format: 'JSONEachRow' });
    const [row] = await result.json<{ version: string }>();
    return `ClickHouse ${row?.version ?? '?'}`;
  } finally {
    await client.close();
  }
}

async function pingPostgres(url: string): Promise<string> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string }>(
      "SELECT current_setting('server_version') AS version",
    );
    return `PostgreSQL ${rows[0]?.version ?? '?'}`;
  } finally {
    await client.end();
  }
}

const running = (owner: Owner | null): Check => ({
  name: 'server',
  ok: true,
  detail:
    owner === null
      ? 'not running'
      : `process ${owner.pid}${owner.url ? ` at ${owner.url}` : ', not serving'}`,
});
