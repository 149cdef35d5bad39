import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { z } from 'zod';
import { migrate, migrationDirectories, readMigrations } from '../../warehouse/migrate.ts';
import { openStore, type OperationalStore } from '../../warehouse/operational/store.ts';
import {
  temporaryDirectory,
  testConfig,
  testLog,
  testPlatform,
  type TestPlatform,
} from '../support/platform.ts';
import { temporaryPostgres, testPostgresUrl } from '../support/postgres.ts';

let platform: TestPlatform;
let directories: typeof migrationDirectories;
let disposeDirectories: () => Promise<void>;

beforeAll(async () => {
  platform = await testPlatform();
  const directory = await temporaryDirectory();
  disposeDirectories = directory.dispose;
  directories = {
    operational: join(directory.path, 'operational'),
    warehouse: join(directory.path, 'warehouse'),
  };
});
afterAll(async () => {
  await platform.close();
  await disposeDirectories();
});

const again = (store: OperationalStore = platform.store) =>
  migrate(store, platform.warehouse, testLog, directories);
const appliedNames = async (store: OperationalStore): Promise<string[]> =>
  (await sql<{ name: string }>`SELECT name FROM schema_migration ORDER BY name`.execute(store.db)).rows.map(
    ({ name }) => name,
  );

describe('migrations', () => {
  test('are all applied once, whoever starts', async () => {
    await cp(migrationDirectories.operational, directories.operational, { recursive: true });
    await cp(migrationDirectories.warehouse, directories.warehouse, { recursive: true });
    // Not repeatable, so a second application would fail.
    await writeFile(
      join(directories.operational, '9000_once.sql'),
      'CREATE TABLE once (a int); INSERT INTO once VALUES (1);',
    );
    await writeFile(
      join(directories.warehouse, '9000_once.sql'),
      'CREATE TABLE meta.once (a UInt8)\nENGINE = MergeTree ORDER BY a;\nINSERT INTO meta.once VALUES (1);\n',
    );
    await Promise.all(Array.from({ length: 20 }, () => again()));
    expect((await sql`SELECT * FROM once`.execute(platform.store.db)).rows).toEqual([{ a: 1 }]);
    expect(await platform.warehouse.value('SELECT count() FROM meta.once', z.string())).toBe('1');
    const files = await readMigrations(directories.operational);
    expect(await appliedNames(platform.store)).toEqual(files.map(({ name }) => name));
  });

  test('a failing one leaves nothing and says its name', async () => {
    const file = join(directories.operational, '9001_bad.sql');
    await writeFile(file, 'CREATE TABLE half (a int); SELECT no_such_function();');
    await expect(again()).rejects.toMatchObject({
      code: 'migration',
      message: expect.stringContaining('9001_bad failed'),
    });
    const half = await sql`SELECT to_regclass('half') AS found`.execute(platform.store.db);
    expect(half.rows).toEqual([{ found: null }]);
    await rm(file);
    await again();
  });

  test.each(['operational', 'warehouse'] as const)(
    'an applied %s file must not change or vanish',
    async (kind) => {
      const file = join(directories[kind], '9000_once.sql');
      const aside = `${file}.aside`;
      await cp(file, aside);
      await writeFile(file, 'SELECT 1;');
      await expect(again()).rejects.toMatchObject({
        code: 'migration',
        message: `The ${kind} migration 9000_once was changed after it was applied.`,
      });
      await rm(file);
      await expect(again()).rejects.toMatchObject({
        code: 'migration',
        message: `The ${kind} migration 9000_once was applied to this home and is not in this program.`,
      });
      await cp(aside, file);
      await again();
    },
  );

  test('two files with one number are refused', async () => {
    const file = join(directories.operational, '9000_twice.sql');
    await writeFile(file, 'SELECT 1;');
    await expect(again()).rejects.toMatchObject({ code: 'migration' });
    await rm(file);
  });
});

const describeWithPostgres = testPostgresUrl ? describe : describe.skip;

describeWithPostgres('on PostgreSQL', () => {
  test('20 starters at once are safe, and both stores speak alike', async () => {
    const postgres = await temporaryPostgres(testPostgresUrl ?? '');
    const config = testConfig(platform.config.home, { ANJU_POSTGRES_URL: postgres.url });
    const stores = await Promise.all(Array.from({ length: 20 }, () => openStore(config, testLog)));
    try {
      await Promise.all(stores.map((store) => again(store)));
      const [store] = stores;
      if (!store) throw new Error('no store');
      expect(await appliedNames(store)).toEqual(await appliedNames(platform.store));
      expect((await sql`SELECT * FROM once`.execute(store.db)).rows).toEqual([{ a: 1 }]);
      const answers = await Promise.all(
        [store, platform.store].map(async ({ db }) => {
          const probe = sql`SELECT 5::int8 AS b, 1.50::numeric AS n, date '2020-01-02' AS d, ${JSON.stringify({ a: 1 })}::jsonb AS j,
            timestamptz '2026-01-01 00:00:00.123Z' AS t, ${'安居'}::text AS s, ARRAY[1, 2] AS a`;
          const refused = await sql`INSERT INTO run (run_id, kind, state) VALUES ('r', 'k', 'no such state')`
            .execute(db)
            .then(
              () => 'accepted',
              (error: { code: string; constraint: string }) => [error.code, error.constraint],
            );
          return { rows: (await probe.execute(db)).rows, refused };
        }),
      );
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[0]?.refused).toEqual(['23514', 'run_state_check']);
    } finally {
      await Promise.all(stores.map((store) => store.close()));
      await postgres.dispose();
    }
  });
});
