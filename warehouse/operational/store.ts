import { mkdir } from 'node:fs/promises';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { AppError } from '../../domain/errors.ts';
import type { Config } from '../config.ts';
import { homePaths } from '../home.ts';
import type { Logger } from '../log.ts';
import { PgliteProcess } from './pglite-process.ts';
import { PgliteSocket } from './pglite-socket.ts';
import type { Database } from './tables.ts';

export type { Database };

/**
 * PostgreSQL, in this process or on a server, through the same driver.
 *
 * The embedded store has one session: a transaction holds it, and everyone else waits their turn. So inside
 * `db.transaction().execute(async (trx) => …)` use only `trx`; `db` there would wait for itself.
 */
export interface OperationalStore {
  db: Kysely<Database>;
  readonly kind: 'embedded' | 'server';
  /** Waits for queries under way. */
  close(): Promise<void>;
}

/** Longest wait for a connection; a transaction that waits for itself ends here with an error instead of never. */
const CONNECTION_WAIT_MS = 60_000;
const SERVER_CONNECTIONS = 10;

const DATE = 1082;
const BIGINT = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === DATE) return (text: string) => text;
    if (oid === BIGINT) return safeInteger;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as typeof pg.types.getTypeParser,
};

function safeInteger(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  throw new AppError('bug', 'A bigint beyond 2^53 came out of the operational store; select it as text.');
}

/** Opens the operational store; the caller holds the home's lock and migrates it. */
export async function openStore(config: Config, log: Logger): Promise<OperationalStore> {
  return config.postgresUrl ? openServer(config.postgresUrl, log) : openEmbedded(config, log);
}

async function openEmbedded(config: Config, log: Logger): Promise<OperationalStore> {
  const dataDir = homePaths(config.home).operational;
  await mkdir(dataDir, { recursive: true });
  const database = await PgliteProcess.open(dataDir);
  const pool = new pg.Pool({
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: CONNECTION_WAIT_MS,
    types,
    user: 'postgres',
    database: 'postgres',
    stream: () => new PgliteSocket(database) as unknown as ReturnType<NonNullable<pg.ClientConfig['stream']>>,
  });
  return storeOf('embedded', pool, log, () => database.close());
}

async function openServer(url: string, log: Logger): Promise<OperationalStore> {
  const pool = new pg.Pool({
    connectionString: url,
    max: SERVER_CONNECTIONS,
    connectionTimeoutMillis: CONNECTION_WAIT_MS,
    application_name: 'anju',
    types,
  });
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    await pool.end();
    throw new AppError('bad_configuration', 'PostgreSQL at ANJU_POSTGRES_URL does not answer.', {
      where: { host: new URL(url).host },
      fix: 'Check the address, the user and the password, and that the server runs.',
      retriable: true,
      cause: error,
    });
  }
  return storeOf('server', pool, log, () => Promise.resolve());
}

function storeOf(
  kind: OperationalStore['kind'],
  pool: pg.Pool,
  log: Logger,
  closeEngine: () => Promise<void>,
): OperationalStore {
  pool.on('error', (error) =>
    log.warn({ message: error.message }, 'a connection to the operational store broke'),
  );
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    kind,
    close: async () => {
      await db.destroy();
      await closeEngine();
    },
  };
}
