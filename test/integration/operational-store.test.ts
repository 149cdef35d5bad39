import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openStore, type OperationalStore } from '../../warehouse/operational/store.ts';
import { newHome, testConfig, testLog } from '../support/platform.ts';

let store: OperationalStore;
let dispose: () => Promise<void>;
beforeEach(async () => {
  const home = await newHome();
  dispose = home.dispose;
  store = await openStore(testConfig(home.path), testLog);
  await sql`CREATE TABLE counter (name text PRIMARY KEY, n bigint NOT NULL)`.execute(store.db);
  await sql`INSERT INTO counter VALUES ('a', 0)`.execute(store.db);
});
afterEach(async () => {
  await store.close();
  await dispose();
});

describe('the embedded operational store', () => {
  test('runs one transaction at a time, and a failed one leaves nothing', async () => {
    const add = (fails: boolean) =>
      store.db.transaction().execute(async (trx) => {
        const { rows } = await sql<{ n: number }>`SELECT n FROM counter`.execute(trx);
        await sql`UPDATE counter SET n = ${(rows[0]?.n ?? 0) + 1}`.execute(trx);
        if (fails) throw new Error('changed my mind');
      });
    const results = await Promise.allSettled(Array.from({ length: 30 }, (_, index) => add(index % 3 === 0)));
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(10);
    expect((await sql`SELECT n FROM counter`.execute(store.db)).rows).toEqual([{ n: 20 }]);
  });

  test('goes on after errors of every kind', async () => {
    const code = (query: Promise<unknown>) =>
      query.then(
        () => 'accepted',
        (error: { code: string }) => error.code,
      );
    expect(await code(sql`SELEC`.execute(store.db))).toBe('42601');
    expect(await code(sql`SELECT ${1}::int / 0`.execute(store.db))).toBe('22012');
    expect(await code(sql`SELEC ${1}`.execute(store.db))).toBe('42601');
    expect(await code(sql`INSERT INTO counter VALUES (${'a'}, ${1})`.execute(store.db))).toBe('23505');
    expect(await code(sql`SELECT ${2n ** 70n}::int8`.execute(store.db))).toBe('22003');
    expect((await sql`SELECT ${'安居'}::text AS v`.execute(store.db)).rows).toEqual([{ v: '安居' }]);
  });

  test('a bigint that JavaScript cannot hold is an error, not another number', async () => {
    await expect(sql`SELECT 9007199254740993::int8 AS v`.execute(store.db)).rejects.toThrow('beyond 2^53');
    expect((await sql`SELECT 9007199254740993::int8::text AS v`.execute(store.db)).rows).toEqual([
      { v: '9007199254740993' },
    ]);
  });

  test('carries values and results of many megabytes', async () => {
    const big = 'x'.repeat(8_000_000);
    const { rows } = await sql<{ n: number; back: string }>`
      SELECT length(${big}::text) AS n, repeat('y', 9000000) AS back`.execute(store.db);
    expect(rows[0]?.n).toBe(8_000_000);
    expect(rows[0]?.back).toHaveLength(9_000_000);
  });
});
