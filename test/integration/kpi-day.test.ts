/** The daily record of metrics, built day by day while what it reads changes, says what it would say built whole on that day; and writes only what is new. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { buildModels, type ModelResult } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { metricSchema } from '../../pipelines/metrics/definition.ts';
import { kpiDayModelSql } from '../../pipelines/metrics/kpi-day.ts';
import { deliver, fixtureProject } from '../support/dbt-fixture.ts';
import { temporaryDirectory, testPlatform, type TestPlatform } from '../support/platform.ts';

const define = (name: string, more: object) =>
  metricSchema.parse({
    ...{
      name,
      zh: name,
      reference: 'test',
      unit: 'count',
      model: 'mart_t.contract',
      kind: 'count',
      formula_zh: name,
    },
    ...{ dimensions: ['district', 'street', 'community'], drill: ['contract_no'] },
    ...more,
  });
const METRICS = [
  define('contracts', {}),
  define('running', {
    filter: 'ends_on >= starts_on',
    as_of_filter: 'starts_on <= as_at AND ends_on >= as_at',
  }),
  define('rent', { kind: 'sum', value: 'rent', unit: 'yuan', as_of_filter: 'starts_on <= as_at' }),
  define('avg_rent', { kind: 'average', value: 'rent', filter: 'rent > 100', unit: 'yuan' }),
];
const KPI_DAY = 'mart_decision__kpi_day';

let platform: TestPlatform;
let project: { path: string; dispose: () => Promise<void> };
let batch = 0;

beforeAll(async () => {
  platform = await testPlatform();
  project = await temporaryDirectory();
  await cp(fixtureProject, project.path, { recursive: true });
  const models = join(project.path, 'models', 'decision');
  await mkdir(models, { recursive: true });
  await writeFile(
    join(models, 'sources.yml'),
    'version: 2\nsources:\n  - name: raw_contract\n    schema: raw\n    tables:\n      - name: city__contract\n',
  );
  await writeFile(
    join(models, 'contract.sql'),
    `{{ config(schema='mart_t', order_by=['contract_no']) }}
     select contract_no, district_code, street_code, community_code, toDate(starts_on) as starts_on, toDate(ends_on) as ends_on, toDecimal64(told.rent, 2) as rent
     from (select * from {{ source('raw_contract', 'city__contract') }} order by _batch_id desc limit 1 by contract_no) as told
     where told.rent != ''`,
  );
  await writeFile(
    join(models, `${KPI_DAY}.sql`),
    kpiDayModelSql(METRICS, () => 'contract'),
  );
  await platform.warehouse.run(
    `CREATE TABLE raw.city__contract (contract_no String, district_code String, street_code String, community_code String,
       starts_on String, ends_on String, rent String, _batch_id UInt64) ENGINE = MergeTree ORDER BY contract_no`,
  );
});
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

const contracts = (...rows: string[]): Promise<void> => {
  batch += 1;
  return deliver(platform, 'city.contract', batch, rows.map((row) => `(${row}, ${batch})`).join(', '));
};
async function build(asOf: string): Promise<ModelResult | undefined> {
  const results = await buildModels(platform, await loadProject(project.path), {
    asOf,
    select: ['contract', KPI_DAY],
  });
  expect(results.filter(({ reason }) => reason !== undefined)).toEqual([]);
  return results.find(({ name }) => name === KPI_DAY);
}
/** What a record of that day alone can say: all of the day, and the metrics that know their past of the month ends it reaches back to. */
const said = (asOf: string): Promise<unknown[]> =>
  platform.warehouse.rows(
    `SELECT toString(as_of) AS day, metric, level, district_code, street_code, community_code, toString(numerator) AS n, toString(denominator) AS d, toString(value) AS v
     FROM mart_decision.kpi_day
     WHERE as_of = '${asOf}' OR (metric IN ('running', 'rent') AND as_of = toLastDayOfMonth(as_of)
       AND as_of BETWEEN toLastDayOfMonth(addMonths(toDate('${asOf}'), -36)) AND '${asOf}')
     ORDER BY ALL`,
    z.record(z.string(), z.unknown()),
  );
const hashOf = async (days: string): Promise<string> =>
  platform.warehouse.value(
    `SELECT toString(groupBitXor(cityHash64(*))) FROM mart_decision.kpi_day WHERE ${days}`,
    z.string(),
  );

/** The same day, of the same rows, recorded by a table nobody recorded anything in before. */
async function whole(asOf: string): Promise<unknown[]> {
  const { warehouse } = platform;
  await warehouse.run('RENAME TABLE mart_decision.kpi_day TO mart_decision.kept');
  try {
    await build(asOf);
    return await said(asOf);
  } finally {
    await warehouse.run('DROP TABLE IF EXISTS mart_decision.kpi_day');
    await warehouse.run('RENAME TABLE mart_decision.kept TO mart_decision.kpi_day');
  }
}

const FIRST = [
  "'K1', '01', '0101', '010101', '2024-05-01', '2026-04-30', '100'",
  "'K2', '01', '0102', '010201', '2025-01-01', '2027-12-31', '200.2'",
  "'K3', '02', '0201', '020101', '2025-07-15', '2026-02-14', '300'",
];

test.each<[day: string, what: string, rows: string[]]>([
  ['2026-02-27', 'the first day', FIRST],
  ['2026-02-28', 'nothing but a day more, the last of its month', []],
  [
    '2026-03-01',
    'a contract of long ago, told late',
    ["'K4', '02', '0202', '020201', '2023-06-01', '2024-06-30', '90'"],
  ],
  ['2026-03-02', 'a corrected rent', ["'K2', '01', '0102', '010201', '2025-01-01', '2027-12-31', '210'"]],
  [
    '2026-03-02',
    'the same day again, corrected',
    ["'K2', '01', '0102', '010201', '2025-01-01', '2027-12-31', '220'"],
  ],
  [
    '2026-03-03',
    'a contract moves to another street',
    ["'K3', '02', '0203', '020301', '2025-07-15', '2026-02-14', '300'"],
  ],
  [
    '2026-04-30',
    'a contract is taken back; two month ends later',
    ["'K4', '02', '0202', '020201', '2023-06-01', '2024-06-30', ''"],
  ],
])('%s: %s', async (day, _, rows) => {
  if (rows.length > 0) await contracts(...rows);
  const before = day === '2026-02-27' ? '' : await hashOf(`as_of != '${day}'`);
  expect((await build(day))?.status).toBe('built');
  expect(await said(day)).toEqual(await whole(day));
  // Where the past is what it was, nothing of it is another.
  if (rows.length === 0) expect(await hashOf(`as_of != '${day}'`)).toBe(before);
});

test('a day more of the same past replaces nothing: only the day comes', async () => {
  const { warehouse } = platform;
  const was = (await build('2026-05-02'))?.rows ?? 0;
  const run = jest.spyOn(warehouse, 'run');
  const is = (await build('2026-05-03'))?.rows ?? 0;
  const statements = run.mock.calls.map(([sql]) => sql);
  run.mockRestore();
  const ofDay = await warehouse.value(
    "SELECT toUInt32(count()) FROM mart_decision.kpi_day WHERE as_of = '2026-05-03'",
    z.number(),
  );
  expect(ofDay).toBeGreaterThan(0);
  expect(is - was).toBe(ofDay);
  expect(statements.filter((sql) => sql.startsWith('DELETE FROM'))).toEqual([]);
});
