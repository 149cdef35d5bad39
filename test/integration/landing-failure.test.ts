/** A statement that fails inside landing: landing says so, publishes nothing, and the next one finishes what was left. */
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { landFile, recover } from '../../ingestion/landing/index.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { rowsOf, waterCsv } from '../support/deliveries.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

const DATASET = 'utilities.water_reading';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
  // Makes the raw tables.
  await recover(platform);
});
afterAll(() => platform.close());

/** The real engine; the SQL of statements with a tag beginning with `tag` fails when it has read its rows. */
const failingAt = (warehouse: Warehouse, tag: string): Warehouse => {
  const rows: Warehouse['rows'] = (sql, schema, options) => {
    const failing = sql.replace(/^SELECT /, "SELECT throwIf(count() >= 0, 'broken on purpose') AS broken, ");
    return warehouse.rows(options?.tag?.startsWith(tag) ? failing : sql, schema, options);
  };
  return new Proxy(warehouse, {
    get: (target, name) => {
      if (name === 'rows') return rows;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
};

async function water(day: string): Promise<{ path: string; dataset: string }> {
  const path = join(platform.config.home, `water_${day.replaceAll('-', '')}.csv`);
  await writeFile(path, waterCsv([1, 2, 3].map((n) => [`W000000${n}`, day, String(n), '1', '3'])));
  return { path, dataset: DATASET };
}

const inRaw = (): Promise<unknown[]> =>
  rowsOf(
    platform,
    'SELECT _batch_id, toString(count()) AS rows FROM raw.utilities__water_reading GROUP BY _batch_id ORDER BY _batch_id',
  );

test('a statement that fails while a batch is staged is told, and nothing is published', async () => {
  // One that fails as it reads leaves its connection holding the staging table, which is then dropped on another one.
  const broken = { ...platform, warehouse: failingAt(platform.warehouse, 'certify') };
  await expect(landFile(broken, await water('2026-01-01'))).rejects.toMatchObject({ code: 'sql_failed' });
  await expect(recover(broken)).rejects.toMatchObject({ code: 'sql_failed' });
  expect(await inRaw()).toEqual([]);
  expect(await rowsOf(platform, `SELECT name FROM system.tables WHERE database = 'raw_stage'`)).toEqual([]);

  // The next delivery first finishes the one that was left.
  expect(await landFile(platform, await water('2026-01-02'))).toMatchObject({ state: 'loaded', loaded: 3 });
  expect(await inRaw()).toEqual([
    { _batch_id: '1', rows: '3' },
    { _batch_id: '2', rows: '3' },
  ]);
  expect(await recover(platform)).toEqual([]);
});
