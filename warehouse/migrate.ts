import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sql, type Kysely, type Transaction } from 'kysely';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { errorMessage } from './error-code.ts';
import type { Warehouse } from './engine/warehouse.ts';
import type { Logger } from './log.ts';
import type { Database, OperationalStore } from './operational/store.ts';

export interface Migration {
  /** `0010_ledger`: four digits and a name; applied in this order. */
  name: string;
  sql: string;
  /** sha256 of the file's text. */
  checksum: string;
}

interface Applied {
  name: string;
  checksum: string;
}

/** The key of PostgreSQL's advisory lock that one migrating process holds at a time. */
const LOCK_KEY = 4_201_978_310;

/** Where the shipped migrations lie. */
export const migrationDirectories = {
  operational: fileURLToPath(new URL('./migrations/operational', import.meta.url)),
  warehouse: fileURLToPath(new URL('./migrations/warehouse', import.meta.url)),
};

/** The numbered files of a directory, in order. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
  const migrations = await Promise.all(
    files.map(async (file) => {
      const name = file.slice(0, -'.sql'.length);
      if (!/^\d{4}_[a-z0-9_]+$/.test(name)) {
        throw new AppError('migration', `The migration ${file} must be named like 0010_ledger.sql.`, {
          where: { file },
        });
      }
      const text = await readFile(`${directory}/${file}`, 'utf8');
      return { name, sql: text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
  const twice = migrations.find(
    (migration, index) => migration.name.slice(0, 4) === migrations[index - 1]?.name.slice(0, 4),
  );
  if (twice) throw new AppError('migration', `Two migrations have the number of ${twice.name}.`);
  return migrations;
}

/**
 * Brings both stores up to date. Any number of processes may call this at once: the operational store's lock lets one
 * through at a time, and the others find everything applied.
 * @throws AppError `migration` when an applied migration was changed or is no longer there
 */
export async function migrate(
  store: OperationalStore,
  warehouse: Warehouse,
  log: Logger,
  directories = migrationDirectories,
): Promise<void> {
  const operational = await readMigrations(directories.operational);
  const analytical = await readMigrations(directories.warehouse);
  await store.db.connection().execute(async (connection) => {
    await sql`SELECT pg_advisory_lock(${LOCK_KEY})`.execute(connection);
    try {
      await migrateOperational(connection, operational, log);
      await migrateWarehouse(warehouse, analytical, log);
    } finally {
      await sql`SELECT pg_advisory_unlock(${LOCK_KEY})`.execute(connection);
    }
  });
}

async function migrateOperational(db: Kysely<Database>, migrations: Migration[], log: Logger): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS schema_migration (
      name       text PRIMARY KEY,
      checksum   text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  const applied = await sql<Applied>`SELECT name, checksum FROM schema_migration`.execute(db);
  for (const migration of pending('operational', migrations, applied.rows)) {
    await db.transaction().execute((trx) => applyOperational(trx, migration));
    log.info({ migration: migration.name }, 'operational migration applied');
  }
}

async function applyOperational(trx: Transaction<Database>, migration: Migration): Promise<void> {
  await explained('operational', migration, () => sql.raw(migration.sql).execute(trx));
  await sql`INSERT INTO schema_migration (name, checksum) VALUES (${migration.name}, ${migration.checksum})`.execute(
    trx,
  );
}

/** ClickHouse has no transaction around DDL: statements can be repeated, and a migration counts once all have run. */
async function migrateWarehouse(warehouse: Warehouse, migrations: Migration[], log: Logger): Promise<void> {
  const options = { lane: 'batch', tag: 'migrate' } as const;
  await warehouse.run('CREATE DATABASE IF NOT EXISTS meta', options);
  await warehouse.run(
    `CREATE TABLE IF NOT EXISTS meta.schema_migration
       (name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
     ENGINE = MergeTree ORDER BY name`,
    options,
  );
  const applied = await warehouse.rows(
    'SELECT DISTINCT name, checksum FROM meta.schema_migration',
    z.object({ name: z.string(), checksum: z.string() }),
    options,
  );
  for (const migration of pending('warehouse', migrations, applied)) {
    await explained('warehouse', migration, async () => {
      for (const statement of splitStatements(migration.sql)) await warehouse.run(statement, options);
    });
    await warehouse.run(
      'INSERT INTO meta.schema_migration (name, checksum) SELECT {name:String}, {checksum:String}',
      { ...options, params: { name: migration.name, checksum: migration.checksum } },
    );
    log.info({ migration: migration.name }, 'warehouse migration applied');
  }
}

/** What is not yet applied, after checking that what is applied is still what the files say. */
function pending(kind: string, migrations: Migration[], applied: Applied[]): Migration[] {
  const files = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum } of applied) {
    const file = files.get(name);
    if (!file) {
      throw new AppError(
        'migration',
        `The ${kind} migration ${name} was applied to this home and is not in this program.`,
        {
          where: { migration: name },
          fix: 'Start the version of Anju that knows it, or a newer one.',
        },
      );
    }
    if (file.checksum !== checksum) {
      throw new AppError('migration', `The ${kind} migration ${name} was changed after it was applied.`, {
        where: { migration: name },
        fix: 'Restore the file, and write the change as a new migration.',
      });
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  return migrations.filter(({ name }) => !done.has(name));
}

async function explained(kind: string, migration: Migration, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new AppError(
      'migration',
      `The ${kind} migration ${migration.name} failed: ${errorMessage(error)}`,
      {
        where: { migration: migration.name },
        cause: error,
      },
    );
  }
}

/** Statements end with a semicolon at the end of a line; lines that are only a comment are dropped. */
export function splitStatements(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n')
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
