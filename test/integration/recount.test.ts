import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'yaml';
import { z } from 'zod';
import { landInbox } from '../../ingestion/landing/index.ts';
import { LAST_BUSINESS_DATE, makeCity } from '../../ingestion/sample-city/index.ts';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { testPlatform } from '../support/platform.ts';
import type { TestPlatform } from '../support/platform.ts';
import { recountOverview } from '../recount/recount.ts';

const models = new URL('../../models', import.meta.url).pathname;
const metricSchema = z.object({
  name: z.string(),
  model: z.string(),
  kind: z.enum(['count', 'sum', 'ratio', 'average']),
  filter: z.string().default('1'),
  numerator: z.string().optional(),
  denominator: z.string().optional(),
  value: z.string().optional(),
  distinct: z.string().optional(),
  time: z.string().nullable(),
});
type Metric = z.output<typeof metricSchema>;

let platform: TestPlatform;
let metrics: Map<string, Metric>;

beforeAll(async () => {
  platform = await testPlatform();
  await makeCity({ home: platform.config.home, scale: 0.001, seed: 20_261_121, days: 62 });
  await landInbox(platform);
  const results = await buildModels(platform, await loadProject(models), { asOf: LAST_BUSINESS_DATE });
  expect(results.filter((result) => result.status !== 'built')).toEqual([]);
  const directory = join(models, 'metrics');
  const files = (await readdir(directory)).filter((name) => name.endsWith('.yml'));
  const lists = await Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')));
  metrics = new Map(
    lists.flatMap((text) =>
      z
        .array(metricSchema)
        .parse(parse(text))
        .map((metric) => [metric.name, metric]),
    ),
  );
}, 600_000);
afterAll(() => platform.close());

/** The metric as its definition reads, straight on the mart. */
function sqlOf(metric: Metric, month?: string): string {
  const { kind, distinct, value, numerator, denominator } = metric;
  const number =
    distinct !== undefined
      ? `uniqExact(${distinct})`
      : {
          count: 'count()',
          sum: `sum(toDecimal64(${value}, 2))`,
          average: `sum(toFloat64(${value})) / count(${value})`,
          ratio: `sum(toFloat64(${numerator})) / sum(toFloat64(${denominator}))`,
        }[kind];
  const period =
    month === undefined || metric.time === null
      ? '1'
      : `toStartOfMonth(${metric.time}) = toDate('${month}-01')`;
  return `SELECT toFloat64(${number}) FROM ${metric.model} WHERE (${metric.filter}) AND ${period}`;
}

async function compare(month?: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    const landing = join(platform.config.objectStore, 'landing');
    const recounted = await recountOverview(connection, landing, {
      asOf: LAST_BUSINESS_DATE,
      ...(month !== undefined && { month }),
    });
    expect(Object.keys(recounted).length).toBeGreaterThanOrEqual(35);
    const marts: Record<string, number | null> = {};
    for (const name of Object.keys(recounted)) {
      const metric = metrics.get(name);
      if (!metric) throw new Error(`there is no metric ${name}`);
      const found = await platform.warehouse.value(sqlOf(metric, month), z.number().nullable());
      marts[name] = rounded(found);
    }
    expect(marts).toEqual(
      Object.fromEntries(Object.entries(recounted).map(([name, value]) => [name, rounded(value)])),
    );
    // A comparison of nothing with nothing would hold as well.
    expect(
      Object.values(recounted).filter((value) => value !== null && value > 0).length,
    ).toBeGreaterThanOrEqual(28);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const rounded = (value: number | null): number | null => (value === null ? null : Number(value.toFixed(9)));

describe('the overview counted twice', () => {
  test(
    'the marts and an independent count over the landed files agree on every number',
    () => compare(),
    120_000,
  );
  test('and on the flows of the last month', () => compare('2026-10'), 120_000);
});
