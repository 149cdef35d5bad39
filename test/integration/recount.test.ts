/**
 * Every number of the overview four ways: as the screen asks for it over HTTP, by SQL on the mart as `anju sql` runs it, from
 * the records its drill-down shows, and counted anew by DuckDB from the files the agencies sent.
 */
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { operations } from '../../api/operations/index.ts';
import { columnAnswer, rowAnswer } from '../../api/operations/lineage.ts';
import { CITY } from '../../dashboards/src/screen/divisions.ts';
import { overviewRequests } from '../../dashboards/src/screen/overview.ts';
import { LAST_BUSINESS_DATE, makeCity } from '../../ingestion/sample-city/index.ts';
import { loadMetrics, type Metric } from '../../pipelines/metrics/definition.ts';
import { drillMetric } from '../../pipelines/metrics/drill.ts';
import { queryMetrics } from '../../pipelines/metrics/query.ts';
import { countOnMart, loadMarts, type MartScope } from '../recount/marts.ts';
import { recountFindings, recountOverview } from '../recount/recount.ts';
import { uncounted } from '../recount/uncounted.ts';
import { testApi, type TestApi } from '../support/api.ts';

type Numbers = Record<string, number | null>;
/** Flows: all there are, or one month's. */
const PERIODS = [undefined, '2026-10'] as const;
type Period = (typeof PERIODS)[number];

const shown = [...new Set(overviewRequests(CITY).map(({ metric }) => metric))].sort();
const context = { onProgress: () => undefined, signal: new AbortController().signal };
let api: TestApi;
let metrics: Metric[];
const recounted = new Map<Period, Numbers>();
let findings: Record<string, number>;
let instance: DuckDBInstance;
let duckdb: DuckDBConnection;

beforeAll(async () => {
  api = await testApi();
  const { home, objectStore } = api.platform.config;
  await makeCity({ home, scale: 0.001, seed: 20_261_121, days: 62 });
  const run = await operations.run.run(api.platform, {}, context);
  expect(run.models.filter(({ status }) => status !== 'built')).toEqual([]);
  metrics = await loadMetrics(new URL('../../models/metrics', import.meta.url).pathname);
  instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  duckdb = await instance.connect();
  for (const month of PERIODS)
    recounted.set(
      month,
      await recountOverview(duckdb, join(objectStore, 'landing'), {
        asOf: LAST_BUSINESS_DATE,
        ...(month !== undefined && { month }),
      }),
    );
  findings = await recountFindings(duckdb);
  await loadMarts(duckdb, api.platform.warehouse, metrics, api.platform.config.home);
}, 600_000);
afterAll(async () => {
  duckdb.closeSync();
  instance.closeSync();
  await api.close();
});

const metricNamed = (name: string): Metric => {
  const metric = metrics.find((one) => one.name === name);
  if (!metric) throw new Error(`there is no metric ${name}`);
  return metric;
};
const countedNames = (): string[] => Object.keys(recounted.get(undefined) ?? {});

/** Yuan are shown to the cent, rates to six places; counts are whole. */
const precise = (metric: Metric, value: number | null): number | null =>
  value === null ? null : Number(value.toFixed(metric.unit === 'yuan' ? 2 : 6));
const allPrecise = (numbers: Numbers): Numbers =>
  Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, precise(metricNamed(name), value)]),
  );

/** The metric as its definition reads, straight on the mart. */
function sqlOf({ kind, distinct, value, numerator, denominator, ...metric }: Metric, month: Period): string {
  const counted = numerator === undefined ? 'count()' : `countIf(${numerator})`;
  const number =
    distinct !== undefined
      ? `uniqExact(${distinct})`
      : {
          count: counted,
          sum: `sum(toDecimal64(${String(value)}, 4))`,
          average: `sum(toFloat64(${String(value)})) / count(${String(value)})`,
          ratio: `sum(toFloat64(${String(numerator)})) / sum(toFloat64(${String(denominator)}))`,
        }[kind];
  const period =
    month === undefined || metric.time === null
      ? '1'
      : `toStartOfMonth(${metric.time}) = toDate('${month}-01')`;
  return `SELECT toFloat64(${number}) AS number FROM ${metric.model} WHERE (${metric.filter}) AND ${period}`;
}

/** All of them in one statement, through the operation behind `anju sql`: an analyst's rights, masks and limits. */
async function bySql(month: Period): Promise<Numbers> {
  const names = countedNames();
  const sql = names.map(
    (name) => `SELECT '${name}' AS name, number FROM (${sqlOf(metricNamed(name), month)})`,
  );
  const { text } = await operations.sql.run(
    api.platform,
    { sql: sql.join(' UNION ALL '), format: 'JSONCompactEachRow' },
    context,
  );
  const row = z.tuple([z.string(), z.number().nullable()]);
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => row.parse(JSON.parse(line))),
  );
}

const answerRow = z.object({
  value: z.number().nullable(),
  numerator: z.number().optional(),
  denominator: z.number().optional(),
});
type Found = z.output<typeof answerRow>;

/** Requests one call may hold. */
const MOST_REQUESTS = 100;

/** As the screen asks: one call of `POST /api/metrics/query` by a leader. */
async function byApi(month: Period): Promise<Map<string, Found>> {
  const requests = countedNames().map((name) => ({
    id: name,
    metric: name,
    ...(month !== undefined && metricNamed(name).time !== null && { grain: 'month', from: month, to: month }),
  }));
  const found = new Map<string, Found>();
  for (let first = 0; first < requests.length; first += MOST_REQUESTS) {
    const body = { requests: requests.slice(first, first + MOST_REQUESTS) };
    const response = await api.as('leader').post('/api/metrics/query').send(body).expect(200);
    const { results } = z
      .object({
        results: z.array(
          z.object({ id: z.string(), rows: z.array(answerRow), error: z.undefined().optional() }),
        ),
      })
      .parse(response.body);
    for (const { id, rows } of results) found.set(id, rows[0] ?? { value: null });
  }
  return found;
}

const drillAnswer = z.object({
  value: z.number().nullable(),
  total: z.number(),
  rows: z.array(z.record(z.string(), z.unknown())),
});

/** Every page of the records behind a number. */
async function drill(name: string, month: Period) {
  const period = month !== undefined && metricNamed(name).time !== null ? { period: month } : {};
  const rows: Record<string, unknown>[] = [];
  for (;;) {
    const body = { metric: name, ...period, limit: 200, offset: rows.length };
    const response = await api.as('leader').post('/api/metrics/drill').send(body).expect(200);
    const page = drillAnswer.parse(response.body);
    rows.push(...page.rows);
    if (rows.length >= page.total || page.rows.length === 0) return { ...page, rows };
  }
}

/** The number a person would get from the records shown. Rent counts as collected up to what was due. */
function fromRecords(metric: Metric, { rows }: { rows: Record<string, unknown>[] }): number {
  const sum = (of: (row: Record<string, unknown>) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  const amount = metric.kind === 'ratio' ? metric.numerator : metric.value;
  switch (amount) {
    case 'amount_collected':
      return sum((row) => Math.min(Number(row['amount_paid']), Number(row['amount_due'])));
    case 'amount_due':
    case 'amount_paid':
    case 'overdue_amount':
      return sum((row) => Number(row[amount]));
    case 'monthly_rent':
      return sum((row) => Number(row['monthly_rent'])) / rows.length;
    default:
      return rows.length;
  }
}

describe.each(PERIODS)('the overview, flows of %s', (month) => {
  test('what is counted anew is everything the screen shows', () => {
    const names = Object.keys(recounted.get(month) ?? {});
    // The total of all rules of alert; those counted anew are compared rule by rule below.
    expect(shown.filter((name) => !names.includes(name))).toEqual(['violation_cnt']);
    expect(shown.length).toBeGreaterThanOrEqual(25);
    // A comparison of nothing with nothing would hold as well.
    const found = Object.values(recounted.get(month) ?? {}).filter((value) => value !== null && value > 0);
    expect(found.length).toBeGreaterThanOrEqual(28);
  });

  test('SQL on the marts = the count over the landed files', async () => {
    expect(allPrecise(await bySql(month))).toEqual(allPrecise(recounted.get(month) ?? {}));
  });

  test('the metrics API = the count over the landed files', async () => {
    const answered = [...(await byApi(month))].map(([name, { value }]) => {
      // A month without rows has no row in the answer.
      const isNothing = value === null && ['count', 'sum'].includes(metricNamed(name).kind);
      return [name, isNothing ? 0 : value] as const;
    });
    expect(allPrecise(Object.fromEntries(answered))).toEqual(allPrecise(recounted.get(month) ?? {}));
  });

  test('the records behind each number make the number', async () => {
    const numbers = await byApi(month);
    const wrong: unknown[] = [];
    for (const [name, { value, numerator }] of numbers) {
      if (!shown.includes(name)) continue;
      const metric = metricNamed(name);
      const records = await drill(name, month);
      const expected = (metric.kind === 'ratio' ? numerator : value) ?? 0;
      const found = records.rows.length === 0 ? 0 : fromRecords(metric, records);
      if (
        precise(metric, found) !== precise(metric, expected) ||
        precise(metric, records.value ?? 0) !== precise(metric, value ?? 0) ||
        records.rows.length !== records.total
      )
        wrong.push({ name, value, numerator, found, drill: records.value, total: records.total });
    }
    expect(wrong).toEqual([]);
  });
});

describe('every metric', () => {
  test('is counted anew from the landed files, or it is said why not', () => {
    const names = metrics.map(({ name }) => name);
    expect(names.filter((name) => !countedNames().includes(name) && !(name in uncounted))).toEqual([]);
    expect(
      Object.keys(uncounted).filter((name) => !names.includes(name) || countedNames().includes(name)),
    ).toEqual([]);
  });

  /** The city, its largest district in one month, the largest street: as an official of that place would ask. */
  const scopes = async (): Promise<MartScope[]> => {
    const largest = async (column: string): Promise<string> => {
      const [row] = await api.platform.warehouse.rows(
        `SELECT ${column} AS code FROM mart_supply.dwelling WHERE ${column} != '' GROUP BY code ORDER BY count() DESC, code LIMIT 1`,
        z.object({ code: z.string() }),
      );
      return row?.code ?? '';
    };
    return [
      { filters: {} },
      { filters: { district: await largest('district_code') }, month: '2026-10' },
      { filters: { street: await largest('street_code') } },
    ];
  };

  test('is the same by the API, by its records and by DuckDB over the mart, in three scopes', async () => {
    const wrong: unknown[] = [];
    for (const scope of await scopes()) {
      const asked = metrics.filter((metric) =>
        Object.keys(scope.filters).every((name) => metric.dimensions.includes(name)),
      );
      expect(asked.length).toBeGreaterThanOrEqual(190);
      const dated = (metric: Metric) => (metric.time === null ? undefined : scope.month);
      const answers = await queryMetrics(
        api.platform.warehouse,
        metrics,
        asked.map((metric) => ({
          id: metric.name,
          metric: metric.name,
          filters: scope.filters,
          ...(dated(metric) !== undefined && { from: scope.month, to: scope.month }),
        })),
        { asOf: LAST_BUSINESS_DATE },
      );
      for (const [index, metric] of asked.entries()) {
        const counted = await countOnMart(duckdb, metric, scope);
        const drilled = await drillMetric(api.platform.warehouse, metric, {
          metric: metric.name,
          filters: scope.filters,
          limit: 1,
          ...(dated(metric) !== undefined && { period: scope.month }),
        });
        const found = answers[index]?.rows[0]?.value ?? null;
        const same = [found, drilled.value].every(
          (value) => precise(metric, value ?? 0) === precise(metric, counted.value ?? 0),
        );
        if (!same || drilled.total !== counted.total || answers[index]?.error !== undefined)
          wrong.push({
            name: metric.name,
            scope,
            found,
            drilled: [drilled.value, drilled.total],
            counted,
            error: answers[index]?.error,
          });
      }
    }
    expect(wrong).toEqual([]);
  });
});

test('the theme libraries say what the metrics and their base say', async () => {
  const numbers = z.object({ text: z.string() });
  const texts = async (sql: string): Promise<string[]> =>
    (await api.platform.warehouse.rows(sql, numbers)).map(({ text }) => text);
  const parts = (columns: string): string => `arrayStringConcat([${columns}], ' ')`;
  const [library] = await texts(
    `SELECT ${parts('toString(sum(contracts)), toString(sum(in_service_dwellings)), toString(sum(deposit_total))')} AS text FROM mart_statistics.month WHERE stat_on = as_of`,
  );
  const [counted] = await texts(
    `SELECT ${parts("toString(countIf(is_running AND dwelling_id != '')), toString((SELECT countIf(in_service) FROM mart_supply.dwelling)), toString(sumIf(deposit, is_running AND dwelling_id != ''))")} AS text FROM mart_contract.contract`,
  );
  expect(library).toBe(counted);
  const used = (month: string, from: string): string =>
    `SELECT ${parts(`meter_kind, toString(${month}), toString(sum(usage)), toString(sum(fee))`)} AS text FROM ${from} GROUP BY meter_kind, ${month} ORDER BY text`;
  const months = await texts(used('month', 'mart_energy.meter_month'));
  expect(months.length).toBeGreaterThanOrEqual(6);
  expect(months).toEqual(
    await texts(
      used(
        'toStartOfMonth(reading_date)',
        'base.meter_day INNER JOIN base.meter USING (meter_kind, meter_no)',
      ),
    ),
  );
});

test('findings of a rule = those told from the landed files', async () => {
  const rules = Object.keys(findings);
  expect(rules.length).toBeGreaterThanOrEqual(4);
  const rows = await api.platform.warehouse.rows(
    'SELECT rule, toUInt32(count()) AS findings FROM mart_supervision.violation WHERE rule IN {rules:Array(String)} GROUP BY rule',
    z.object({ rule: z.string(), findings: z.number() }),
    { params: { rules } },
  );
  expect(Object.fromEntries(rows.map((row) => [row.rule, row.findings]))).toEqual(findings);
});

describe('the files behind a row', () => {
  const text = z.object({ text: z.string() });
  const one = async (sql: string): Promise<string> =>
    (await api.platform.warehouse.rows(sql, text))[0]?.text ?? '';
  const trace = async (model: string, key: Record<string, string>) =>
    rowAnswer.parse((await api.as('leader').post('/api/lineage/rows').send({ model, key }).expect(200)).body);

  test('a contract comes from just the rows of files that name it', async () => {
    const contract = await one(
      'SELECT contract_no AS text FROM mart_contract.contract WHERE overdue_months > 0 ORDER BY contract_no LIMIT 1',
    );
    expect(contract).not.toBe('');
    const { deliveries } = await trace('mart_contract.contract', { contract_no: contract });
    const bills = deliveries.filter(({ dataset }) => dataset === 'operations.rent_due');
    const found = bills.flatMap(({ batchId, rowNos }) => rowNos.map((row) => `${batchId}:${row}`)).toSorted();
    const expected = await api.platform.warehouse.rows(
      `SELECT concat(toString(_batch_id), ':', toString(_row_no)) AS text FROM base.std_operations__rent_due
       WHERE contract_no = '${contract}'`,
      text,
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(found).toEqual(expected.map((row) => row.text).toSorted());
    // Behind its dwelling stand also the dwellings the link compared it with.
    const dwellings = deliveries
      .filter(({ dataset }) => dataset === 'operations.dwelling')
      .flatMap(({ batchId, rowNos }) => rowNos.map((row) => `${batchId}:${row}`));
    const own = await one(
      `SELECT concat(toString(_batch_id), ':', toString(_row_no)) AS text FROM base.std_operations__dwelling
       WHERE is_current = 1 AND house_code = (SELECT house_code FROM base.contract WHERE contract_no = '${contract}')`,
    );
    expect(dwellings).toContain(own);
    for (const { certificate, sha256, fileName } of deliveries)
      expect([fileName, certificate, sha256]).toEqual([
        fileName,
        expect.stringMatching(/^[0-9a-f]{64}$/),
        expect.stringMatching(/^[0-9a-f]{64}$/),
      ]);
  });

  test('a violation of each kind of object leads to at least one file, and to few', async () => {
    const violations = await api.platform.warehouse.rows(
      `SELECT any(rule) AS rule, any(violation_id) AS id, object_kind AS kind, any(object_key) AS key
       FROM mart_supervision.violation GROUP BY object_kind ORDER BY rule`,
      z.object({ rule: z.string(), id: z.string(), kind: z.string(), key: z.string() }),
    );
    expect(violations.length).toBeGreaterThanOrEqual(3);
    for (const { rule, id, kind, key } of violations) {
      const { deliveries, relations } = await trace('mart_supervision.violation', { violation_id: id });
      const project = relations.find(({ relation }) => relation === 'base.project');
      // What an enterprise is told of goes over all the projects it has a part in.
      const projects =
        kind === 'enterprise'
          ? Number(
              await one(
                `SELECT toString(count()) AS text FROM base.project WHERE '${key}' IN (enterprise_id, builder_enterprise_id)`,
              ),
            )
          : 1;
      expect([rule, deliveries.length > 0, project?.rows ?? 1]).toEqual([rule, true, projects]);
    }
  });

  test('columns are followed up to raw and down to the marts', async () => {
    const edges = async (body: object) =>
      columnAnswer.parse((await api.as('analyst').post('/api/lineage/columns').send(body).expect(200)).body)
        .edges;
    const up = await edges({ model: 'mart_contract.contract', column: 'overdue_amount' });
    expect(up.filter(({ input }) => input.startsWith('raw.')).map(({ input }) => input)).toEqual(
      expect.arrayContaining(['raw.operations__rent_due', 'raw.operations__rent_paid']),
    );
    const down = await edges({
      model: 'base.std_operations__rent_paid',
      column: 'amount_paid',
      direction: 'down',
    });
    expect(down.map(({ model }) => model)).toContain('mart_contract.contract');
    await api.as('analyst').post('/api/lineage/columns').send({ model: 'base.x', column: 'y' }).expect(404);
  });

  test('a key is a value, never SQL, and only people who may drill ask', async () => {
    await api
      .as(null)
      .post('/api/lineage/rows')
      .send({ model: 'base.person', key: { person_id: 'x' } })
      .expect(401);
    await api
      .as('leader')
      .post('/api/lineage/rows')
      .send({ model: 'base.person', key: { person_id: "' OR 1 --" } })
      .expect(404);
    await api
      .as('leader')
      .post('/api/lineage/rows')
      .send({ model: 'base.person', key: { 'x` = 1 OR `x': '1' } })
      .expect(404);
  });
});
