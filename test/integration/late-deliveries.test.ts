/** Deliveries in any order, any of them twice, end where they would have ended in order and once. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { landFile } from '../../ingestion/landing/index.ts';
import { csvOf, putInInbox, rowsOf } from '../support/deliveries.ts';
import { rawHash } from '../support/landed-state.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

const CSV = { shape: 'csv', encoding: 'utf-8', delimiter: ',', headerRows: 1 } as const;
const DATES = ['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04'];

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(async () => {
  await platform.close();
});

interface Kind {
  dataset: string;
  table: string;
  key: string;
  value: string;
  isWhole: boolean;
  row: (key: string, value: string) => Record<string, string>;
}
const KINDS: Kind[] = [
  {
    dataset: 'operations.household_member',
    table: 'operations__household_member',
    key: '家庭成员编号',
    value: '姓名',
    isWhole: false,
    row: (member_no, person_name) => ({ member_no, person_name, application_no: 'A1', id_number: 'x' }),
  },
  {
    dataset: 'operations.project',
    table: 'operations__project',
    key: '项目编号',
    value: '项目名称',
    isWhole: true,
    row: (project_no, project_name) => ({ project_no, project_name }),
  },
];

/** What each day's delivery says: a name of each key in it. */
type Day = Record<string, string>;

async function land(kind: Kind, day: number, rows: Day): Promise<void> {
  const content = csvOf(
    kind.dataset,
    Object.entries(rows).map(([key, value]) => kind.row(key, value)),
  );
  const path = await putInInbox(platform, kind.dataset, 'delivery.csv', content);
  const result = await landFile(platform, {
    path,
    dataset: kind.dataset,
    businessDate: DATES[day],
    collected: { shape: CSV },
  });
  expect(result.state).not.toBe('refused');
}

/** The current value of each key, as the base layer would see it. */
async function state({ table, key, value }: Kind): Promise<Day> {
  const rows = await rowsOf(
    platform,
    `SELECT key, last.1 AS value FROM (
       SELECT \`${key}\` AS key, argMax((\`${value}\`, _op), (_business_date, _batch_id, _row_no)) AS last
       FROM raw.${table} GROUP BY key) WHERE last.2 != 'Delete'`,
  );
  return Object.fromEntries(rows.map((row) => [String(row['key']), String(row['value'])]));
}

async function forget({ dataset, table }: Kind): Promise<void> {
  const { db } = platform.store;
  await platform.warehouse.run(`TRUNCATE TABLE IF EXISTS raw.${table}`);
  const deliveries = db.selectFrom('delivery').select('delivery_id').where('dataset', '=', dataset);
  await db.deleteFrom('withdrawal').where('dataset', '=', dataset).execute();
  await db.deleteFrom('batch').where('dataset', '=', dataset).execute();
  await db.deleteFrom('certificate').where('delivery_id', 'in', deliveries).execute();
  await db.deleteFrom('delivery').where('dataset', '=', dataset).execute();
}

/** Each day a key is absent or has one of two names: values change, change back, and are said again unchanged. */
const keys = ['K1', 'K2', 'K3', 'K4', 'K5', 'K6', 'K7', 'K8'];
const dayOf = fc.record(
  Object.fromEntries(keys.map((key) => [key, fc.option(fc.constantFrom('甲', '乙'), { nil: undefined })])),
);
const days = fc.tuple(dayOf, dayOf, dayOf, dayOf).map((list) =>
  list.map((day, index): Day => {
    const said = Object.entries(day).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
    return Object.fromEntries([['DAY', `第${index}日`], ...said]) as Day;
  }),
);
const order = fc
  .tuple(
    fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    fc.array(fc.nat(3), { maxLength: 1 }),
    fc.nat(4),
  )
  .map(([once, again, at]) => once.toSpliced(at, 0, ...again));

describe.each(KINDS)('$dataset', (kind) => {
  test('any order and repetition ends in the state of the latest day that speaks of a key', async () => {
    await fc.assert(
      fc.asyncProperty(days, order, async (said, arrivals) => {
        await forget(kind);
        for (const day of arrivals) await land(kind, day, said[day] ?? {});
        const expected: Day = kind.isWhole ? (said[3] ?? {}) : Object.assign({}, ...said);
        expect(await state(kind)).toEqual(expected);
      }),
      { numRuns: 2, seed: 7 },
    );
  });

  test('and not the state alone: raw is as if everything had come in order', async () => {
    const [said = []] = fc.sample(days, { numRuns: 1, seed: 11 });
    const hashes: string[] = [];
    for (const arrivals of [
      [0, 1, 2, 3],
      [3, 1, 0, 2],
    ]) {
      await forget(kind);
      for (const day of arrivals) await land(kind, day, said[day] ?? {});
      hashes.push(await rawHash(platform, kind.table));
    }
    expect(hashes[1]).toBe(hashes[0]);
  });
});
