/** Senders that write under the final name, slowly or in two goes: half a file never stays as a whole one, and nothing comes twice. */
import { appendFileSync } from 'node:fs';
import { appendFile, readdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { landInbox } from '../../ingestion/landing/index.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { putInInbox, rowsOf, waterCsv } from '../support/deliveries.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(async () => {
  await platform.close();
});

const WATER = 'utilities.water_reading';
const readings = (day: string): string =>
  waterCsv(
    Array.from({ length: 40 }, (_, i) => [`W${String(i).padStart(7, '0')}`, day, `${i}.5`, '1.0', '3.25']),
  );
/** The first part, cut in the middle of a row's last value: what is left of the row could be read. */
const cut = (content: string): [string, string] => [content.slice(0, -700), content.slice(-700)];
const held = (day: string): Promise<Record<string, unknown>[]> =>
  rowsOf(
    platform,
    `SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(\`表号\`)) AS meters, toUInt32(countIf(\`水费金额\` = '3.25')) AS whole
     FROM raw.utilities__water_reading WHERE \`抄表日期\` = '${day}'`,
  );
const all = [{ rows: 40, meters: 40, whole: 40 }];
const none = [{ rows: 0, meters: 0, whole: 0 }];
const quarantined = (): Promise<Record<string, unknown>[]> =>
  rowsOf(platform, 'SELECT batch_id, row_no, rule FROM meta.quarantine');

test('a file that still grows waits, and holds no other one up', async () => {
  const patient = { ...platform, config: { ...platform.config, inboxSettleSeconds: 1 } };
  const [start, rest] = cut(readings('2026-01-01'));
  const slow = await putInInbox(platform, WATER, 'a_20260102.csv', start);
  await putInInbox(platform, WATER, 'b_20260102.csv', readings('2026-01-02'));
  let at = 0;
  const writer = setInterval(() => appendFileSync(slow, rest.slice(at, (at += 1))), 50);
  try {
    await landInbox(patient);
  } finally {
    clearInterval(writer);
  }
  expect(at).toBeLessThan(rest.length);
  expect(await held('2026-01-01')).toEqual(none);
  expect(await held('2026-01-02')).toEqual(all);
  await appendFile(slow, rest.slice(at));
  await landInbox(patient);
  expect(await held('2026-01-01')).toEqual(all);
  expect(await readdir(dirname(slow))).toEqual([]);
});

test('a delivery cut short and sent again whole ends with the whole, once; the ledger keeps both', async () => {
  const content = readings('2026-01-03');
  const [start] = cut(content);
  await putInInbox(platform, WATER, 'c_20260104.csv', start);
  await landInbox(platform);
  expect(await held('2026-01-03')).not.toEqual(all);
  await putInInbox(platform, WATER, 'c_20260104.csv', content);
  await landInbox(platform);
  expect(await held('2026-01-03')).toEqual(all);
  expect(await quarantined()).toEqual([]);
  const states = await platform.store.db
    .selectFrom('delivery')
    .innerJoin('batch', 'batch.delivery_id', 'delivery.delivery_id')
    .select(['batch.state', 'landed'])
    .where('file_name', '=', 'c_20260104.csv')
    .orderBy('batch_id')
    .execute();
  expect(states).toEqual([
    { state: 'withdrawn', landed: expect.any(Number) },
    { state: 'loaded', landed: 40 },
  ]);
});

test('a file whose sender goes on while it lands is not removed, and lands whole the next time', async () => {
  const [start, rest] = cut(readings('2026-01-05'));
  const path = await putInInbox(platform, WATER, 'd_20260106.csv', start);
  let pending = rest;
  const goOn = (): void => {
    appendFileSync(path, pending);
    pending = '';
  };
  await landInbox(atPublication(platform, goOn));
  expect(await readdir(dirname(path))).toEqual(['d_20260106.csv']);
  await landInbox(platform);
  expect(await held('2026-01-05')).toEqual(all);
  expect(await quarantined()).toEqual([]);
  expect(await readdir(dirname(path))).toEqual([]);
});

test('another file of the same name and day is no continuation', async () => {
  const path = await putInInbox(platform, WATER, 'e_20260108.csv', readings('2026-01-07'));
  await landInbox(platform);
  await writeFile(path, `${readings('2026-01-08')}${readings('2026-01-09').split('\n').slice(1).join('\n')}`);
  await landInbox(platform);
  for (const day of ['2026-01-07', '2026-01-08', '2026-01-09']) expect(await held(day)).toEqual(all);
});

/** The platform, with something that happens just before rows are published. */
function atPublication(of: Platform, happens: () => void): Platform {
  const { warehouse } = of;
  const run: typeof warehouse.run = (sql, options) => {
    if (options?.tag?.startsWith('publish')) happens();
    return warehouse.run(sql, options);
  };
  const watched = new Proxy(warehouse, {
    get: (target, name) => {
      if (name === 'run') return run;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { ...of, warehouse: watched };
}
