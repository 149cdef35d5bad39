/** A private MariaDB that writes its log in rows, with a user `anju` (password `secret`) who may do everything. */
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import type { Issued } from '../authority.ts';
import { accountOf, runAs } from './account.ts';
import { freePort, programAt, type RunningServer, startServer } from './server.ts';

export const mariadbProgram = programAt('mariadbd');
const installDb = programAt('mariadb-install-db');
const USERS = `CREATE DATABASE IF NOT EXISTS city CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS 'anju'@'%' IDENTIFIED BY 'secret';
GRANT ALL ON *.* TO 'anju'@'%' WITH GRANT OPTION;
`;

const CERTIFIED = `CREATE USER IF NOT EXISTS 'certified'@'%' IDENTIFIED BY 'secret' REQUIRE X509;
GRANT ALL ON *.* TO 'certified'@'%';
`;

export interface MariadbServer {
  readonly port: number;
  /** What a connector's settings need; the secret is `{ password: 'secret' }`. */
  readonly address: { host: string; port: number; database: string; user: string; tls: 'off' };
  query: (sql: string) => Promise<Record<string, unknown>[]>;
  /** Runs several statements, one after the other. */
  script: (statements: readonly string[]) => Promise<void>;
  client: () => Promise<mysql.Connection>;
  /** Killed, and up again on the same port. */
  restart: () => Promise<void>;
  crash: () => Promise<void>;
  start: () => Promise<void>;
  stop: () => Promise<void>;
}

/** @param tls what it proves itself with; the user `certified` (password `secret`) must then have a certificate of the same authority */
export async function startMariadb(tls?: Issued): Promise<MariadbServer> {
  if (!mariadbProgram || !installDb) throw new Error('MariaDB is not installed.');
  const program = mariadbProgram;
  const account = accountOf('mysql');
  const directory = await mkdtemp(join(tmpdir(), 'anju-mariadb-'));
  const init = join(directory, 'init.sql');
  await writeFile(init, tls ? USERS + CERTIFIED : USERS);
  if (account.uid !== undefined && account.gid !== undefined) {
    for (const path of [directory, init]) await chown(path, account.uid, account.gid);
  }
  const data = join(directory, 'data');
  const port = await freePort();
  const common = [
    '--no-defaults',
    `--datadir=${data}`,
    '--innodb-log-file-size=16M',
    '--innodb-buffer-pool-size=16M',
  ];
  const quick = [...common, '--skip-test-db', '--auth-root-authentication-method=normal'];
  await runAs(account, installDb, quick, directory);
  const args = [
    ...common,
    `--port=${port}`,
    `--socket=${join(directory, 'socket')}`,
    `--init-file=${init}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--server-id=1',
    '--log-bin=binlog',
    '--binlog-format=ROW',
    '--binlog-row-image=FULL',
    '--binlog-row-metadata=FULL',
    '--innodb-flush-log-at-trx-commit=2',
    '--skip-log-error',
    ...(tls ? [`--ssl-ca=${tls.caFile}`, `--ssl-cert=${tls.certFile}`, `--ssl-key=${tls.keyFile}`] : []),
  ];
  const address = { host: '127.0.0.1', port, database: 'city', user: 'anju', tls: 'off' as const };
  const client = async (): Promise<mysql.Connection> => {
    const { host, user, database } = address;
    const session = await mysql.createConnection({
      host,
      port,
      user,
      database,
      password: 'secret',
      dateStrings: true,
    });
    session.on('error', () => undefined); // it ends with the server, when a test stops that
    return session;
  };
  let server: RunningServer | null = null;
  const start = async (): Promise<void> => {
    server = await startServer({ program, args, port, cwd: directory, ...account });
    await (await client()).end();
  };
  const crash = async (): Promise<void> => {
    await server?.stop('SIGKILL');
    server = null;
  };
  await start();
  const script = async (statements: readonly string[]): Promise<void> => {
    const session = await client();
    try {
      for (const statement of statements) await session.query(statement);
    } finally {
      await session.end();
    }
  };
  return {
    port,
    address,
    client,
    start,
    crash,
    script,
    restart: async () => {
      await crash();
      await start();
    },
    stop: async () => {
      await server?.stop('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
    query: async (sql) => {
      const session = await client();
      try {
        const [rows] = await session.query(sql);
        return rows as Record<string, unknown>[];
      } finally {
        await session.end();
      }
    },
  };
}
