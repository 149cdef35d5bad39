/** A private PostgreSQL that can stream its log: `wal_level=logical`, any user trusted on 127.0.0.1, nothing synced to disk. */
import { chown, copyFile, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Issued } from '../authority.ts';
import { accountOf, runAs } from './account.ts';
import { freePort, programAt, type RunningServer, startServer } from './server.ts';

export const postgresProgram = programAt('postgres', '/usr/lib/postgresql');
const initdb = programAt('initdb', '/usr/lib/postgresql');

export interface PostgresServer {
  readonly port: number;
  /** What a connector's settings need. */
  readonly address: { host: string; port: number; database: string; user: string; tls: 'off' };
  /** Rows of a query in a session of its own. */
  query: (sql: string) => Promise<Record<string, unknown>[]>;
  client: () => Promise<pg.Client>;
  /** Down at once, like a crash, and up again on the same port. */
  restart: () => Promise<void>;
  /** Down at once; `start` brings it back. */
  crash: () => Promise<void>;
  /** `kill -9` of its first process; the others leave when they notice. */
  kill: () => Promise<void>;
  start: () => Promise<void>;
  stop: () => Promise<void>;
}

/** @param tls what it proves itself with; the user `certified` must then prove itself by a certificate of the same authority */
export async function startPostgres(tls?: Issued): Promise<PostgresServer> {
  if (!postgresProgram || !initdb) throw new Error('PostgreSQL is not installed.');
  const program = postgresProgram;
  const account = accountOf('postgres');
  const directory = await mkdtemp(join(tmpdir(), 'anju-postgres-'));
  if (account.uid !== undefined && account.gid !== undefined)
    await chown(directory, account.uid, account.gid);
  const data = join(directory, 'data');
  await runAs(
    account,
    initdb,
    ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync'],
    directory,
  );
  const port = await freePort();
  const options = [
    `port=${port}`,
    `unix_socket_directories=${directory}`,
    'listen_addresses=127.0.0.1',
    'wal_level=logical',
    'fsync=off',
    'shared_buffers=16MB',
    'autovacuum=off',
  ];
  if (tls) options.push(...(await secured(data, tls, account)));
  const address = { host: '127.0.0.1', port, database: 'postgres', user: 'postgres', tls: 'off' as const };
  const client = async (): Promise<pg.Client> => {
    const session = new pg.Client({ ...address, password: '' });
    session.on('error', () => undefined); // it ends with the server, when a test stops that
    await session.connect();
    return session;
  };
  let server: RunningServer | null = null;
  const start = async (): Promise<void> => {
    const args = ['-D', data, ...options.flatMap((option) => ['-c', option])];
    // SIGINT: a stop that does not wait for sessions.
    server = await startServer({ program, args, port, cwd: directory, ...account, stopSignal: 'SIGINT' });
    await ready(client);
  };
  const crash = async (): Promise<void> => {
    await server?.stop('SIGQUIT');
    server = null;
  };
  await start();
  return {
    port,
    address,
    client,
    start,
    crash,
    kill: async () => {
      await server?.stop('SIGKILL');
      server = null;
    },
    restart: async () => {
      await crash();
      await start();
    },
    stop: async () => {
      await server?.stop('SIGQUIT');
      await rm(directory, { recursive: true, force: true });
    },
    query: async (sql) => {
      const session = await client();
      try {
        return (await session.query<Record<string, unknown>>(sql)).rows;
      } finally {
        await session.end();
      }
    },
  };
}

/** The server takes only a key of its own, which nobody else may read. */
async function secured(
  data: string,
  { caFile, certFile, keyFile }: Issued,
  { uid, gid }: { uid?: number; gid?: number },
): Promise<string[]> {
  const own = join(data, 'own.key');
  await copyFile(keyFile, own);
  await chmod(own, 0o600);
  if (uid !== undefined && gid !== undefined) await chown(own, uid, gid);
  await writeFile(
    join(data, 'pg_hba.conf'),
    'hostssl all certified 127.0.0.1/32 cert\nhost all certified 127.0.0.1/32 reject\nhost all all 127.0.0.1/32 trust\n',
  );
  return ['ssl=on', `ssl_ca_file=${caFile}`, `ssl_cert_file=${certFile}`, `ssl_key_file=${own}`];
}

/** The port is open before the server has recovered. */
async function ready(client: () => Promise<pg.Client>): Promise<void> {
  for (;;) {
    try {
      await (await client()).end();
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== '57P03') throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
