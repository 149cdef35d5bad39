import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** PostgreSQL for tests, when the machine has one (`.ci/run` starts it). */
export const testPostgresUrl = process.env.ANJU_TEST_POSTGRES_URL;

/** A new empty database on the test server; `dispose` drops it. */
export async function temporaryPostgres(
  serverUrl: string,
): Promise<{ url: string; dispose: () => Promise<void> }> {
  const name = `anju_test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, dispose: () => onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
