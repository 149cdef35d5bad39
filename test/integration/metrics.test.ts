import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { metricSchema } from '../../pipelines/metrics/definition.ts';
import type { Metric } from '../../pipelines/metrics/definition.ts';
import { drillMetric } from '../../pipelines/metrics/drill.ts';
import { kpiDayModelSql } from '../../pipelines/metrics/kpi-day.ts';
import { cityValues, queryMetrics } from '../../pipelines/metrics/query.ts';
import { GRAINS, periodOf, periodSql } from '../../pipelines/metrics/period.ts';
import type { MetricRequestInput, MetricResult } from '../../pipelines/metrics/request.ts';
import { testPlatform } from '../support/platform.ts';
import type { TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
const scope = { asOf: '2026-02-28' };

const define = (name: string, more: object): Metric =>
  metricSchema.parse({
    name,
    zh: name,
    reference: 'test',
    unit: 'count',
    model: 'mart_t.contract',
    kind: 'count',
    dimensions: ['district', 'street', 'community', 'layout'],
    drill: ['contract_no', 'tenant_name', 'rent'],
    formula_zh: name,
    ...more,
  });
const metrics = [
  define('contracts', {}),
  define('running', { filter: 'running = 1', as_of_filter: 'starts_on <= as_at AND ends_on >= as_at' }),
  define('tenants', { distinct: 'tenant_id', filter: 'running = 1' }),
  define('rent', { kind: 'sum', value: 'rent', unit: 'yuan' }),
  define('running_rate', { kind: 'ratio', numerator: 'running = 1', denominator: '1', unit: 'ratio' }),
  define('avg_rent', { kind: 'average', value: 'rent', filter: 'running = 1', unit: 'yuan' }),
  define('signed', { time: 'starts_on' }),
  define('signed_rent', { kind: 'sum', value: 'rent', unit: 'yuan', time: 'starts_on' }),
];

beforeAll(async () => {
  platform = await testPlatform();
  const { warehouse } = platform;
  for (const database of ['mart_t', 'mart_decision']) await warehouse.run(`CREATE DATABASE ${database}`);
  await warehouse.run(`CREATE TABLE mart_t.contract ENGINE = MergeTree ORDER BY contract_no AS SELECT * FROM format(CSV,
    'contract_no String, tenant_id String, tenant_name String, rent Nullable(Decimal(18,2)), running UInt8, starts_on Date, ends_on Date,
     district_code String, district_name String, street_code String, street_name String, community_code String, community_name String, layout_code String',
'C1,T1,张小明,100.10,1,2025-01-15,2026-12-31,01,东区,0101,一街,010101,甲社区,1
C2,T1,张小明,200.20,1,2025-02-15,2026-12-31,01,东区,0102,二街,010201,乙社区,2
C3,T2,李四,300.30,1,2026-01-10,2026-12-31,02,西区,0201,三街,020101,丙社区,1
C4,T3,王五,400.00,0,2025-01-20,2026-01-31,02,西区,0201,三街,020101,丙社区,2
C5,T4,赵六,,0,2026-02-01,2026-02-20,02,西区,0201,三街,020101,丙社区,')`);
  await warehouse.run(
    "CREATE TABLE base.division ENGINE = MergeTree ORDER BY division_code AS SELECT * FROM VALUES('division_code String, division_name String', ('01', '东区'), ('02', '西区'))",
  );
  const model = kpiDayModelSql(metrics, () => 'contract');
  const sql = model
    .replace(/\{#-[\s\S]*?-#\}|\{\{ config[\s\S]*?\}\}|\{%-? if[\s\S]*?endif -?%\}/g, '')
    .replaceAll('{{ var("as_of") }}', scope.asOf)
    .replaceAll("{{ ref('contract') }}", 'mart_t.contract');
  await warehouse.run(`CREATE TABLE mart_decision.kpi_day ENGINE = MergeTree ORDER BY as_of AS ${sql}`);
});
afterAll(() => platform.close());

const ask = async (...requests: Omit<MetricRequestInput, 'id'>[]): Promise<MetricResult[]> =>
  queryMetrics(
    platform.warehouse,
    metrics,
    requests.map((request, index) => ({ id: String(index), ...request })),
    scope,
  );
const brief = (result: MetricResult | undefined): unknown[] =>
  (result?.rows ?? []).map((row) => [
    ...Object.values(row.keys),
    ...(row.period === undefined ? [] : [row.period]),
    row.value,
  ]);

describe('values', () => {
  test('every kind for the city, money exact', async () => {
    expect(await cityValues(platform.warehouse, metrics)).toEqual({
      contracts: 5,
      running: 3,
      tenants: 2,
      rent: 1000.6,
      running_rate: 0.6,
      avg_rent: 200.2,
      signed: 5,
      signed_rent: 1000.6,
    });
  });

  test('by place and by code, with names; a group of no rows is zero only for places', async () => {
    const [places, codes] = await ask(
      { metric: 'running', dimensions: ['street'] },
      { metric: 'running', dimensions: ['layout'] },
    );
    expect(brief(places)).toEqual([
      ['0101', 1],
      ['0102', 1],
      ['0201', 1],
    ]);
    expect(places?.rows[0]?.labels).toEqual({ street: '一街' });
    expect(brief(codes)).toEqual([
      ['1', 2],
      ['2', 1],
    ]);
    expect(codes?.rows[0]?.labels).toEqual({ layout: '一居室' });
  });

  test('filters, order and limit', async () => {
    const [west, top] = await ask(
      { metric: 'contracts', filters: { district: '02', layout: ['1', '2'] } },
      { metric: 'contracts', dimensions: ['street'], orderBy: 'value', limit: 1 },
    );
    expect(brief(west)).toEqual([[2]]);
    expect(brief(top)).toEqual([['0201', 3]]);
  });

  test('a scope is laid over every request and cannot be widened', async () => {
    const [result] = await queryMetrics(
      platform.warehouse,
      metrics,
      [{ id: 'x', metric: 'contracts', filters: { district: '02' } }],
      {
        ...scope,
        filters: { district: '01' },
      },
    );
    expect(brief(result)).toEqual([[2]]);
  });

  test('a ratio without a denominator is null, not zero', async () => {
    const [rate, average] = await ask(
      { metric: 'running_rate', filters: { district: '99' } },
      { metric: 'avg_rent', filters: { district: '99' } },
    );
    expect([rate?.rows[0]?.value, average?.rows[0]?.value]).toEqual([null, null]);
  });

  test('hostile values find nothing and break nothing', async () => {
    const values = ["' OR 1=1 --", '01\\', '{f0:String}', "01') UNION ALL SELECT 1 --", '张'.repeat(100)];
    const results = await ask(
      ...values.map((value) => ({ metric: 'contracts', filters: { district: value } })),
    );
    expect(results.map((result) => [result.error?.code, brief(result)])).toEqual(
      values.map(() => [undefined, [[0]]]),
    );
  });

  test('a bad request stands alone; the others are answered', async () => {
    const results = await ask(
      { metric: 'contracts', filters: { district: 'a\0b' } },
      { metric: 'nothing' },
      { metric: 'contracts', dimensions: ['project'] },
      { metric: 'contracts', dimensions: ['community', 'street', 'layout'] },
      { metric: 'running', grain: 'month', dimensions: ['layout'] },
      { metric: 'contracts' },
    );
    expect(results.map((result) => result.error?.code)).toEqual([
      'bad_request',
      'not_found',
      'bad_request',
      'bad_request',
      'bad_request',
      undefined,
    ]);
    expect(results[3]?.error?.detail).toMatch(/limit/);
  });
});

describe('time', () => {
  test('a flow by month fills its gaps and ends with the data date', async () => {
    const [months] = await ask({ metric: 'signed', grain: 'month', from: '2025-12' });
    expect(brief(months)).toEqual([
      ['2026-01', 1],
      ['2026-02', 1],
    ]);
    const [all] = await ask({ metric: 'signed', grain: 'month' });
    expect(all?.rows).toHaveLength(14);
    expect(brief(all).slice(0, 3)).toEqual([
      ['2025-01', 2],
      ['2025-02', 1],
      ['2025-03', 0],
    ]);
  });

  test('a flow by week and by day, with what was before', async () => {
    const [weeks, days] = await ask(
      { metric: 'signed', grain: 'week', from: '2026-01-10', to: '2026-01-20', compare: ['yoy', 'pop'] },
      { metric: 'signed', grain: 'day', from: '2026-01-31', to: '2026-02-01', compare: ['pop'] },
    );
    expect(weeks?.rows.map(({ period, value, yoy, pop }) => [period, value, yoy?.value, pop?.value])).toEqual(
      [
        ['2026-W02', 1, null, 0],
        ['2026-W03', 0, 1, 1],
        ['2026-W04', 0, 1, 0],
      ],
    );
    expect(days?.rows.map(({ period, value, pop }) => [period, value, pop?.value])).toEqual([
      ['2026-01-31', 0, 0],
      ['2026-02-01', 1, 0],
    ]);
    const billed = define('billed', { time: 'rent_month' });
    const [refused] = await queryMetrics(
      platform.warehouse,
      [billed],
      [{ id: '1', metric: 'billed', grain: 'week' }],
      scope,
    );
    expect(refused?.error?.detail).toMatch(/counted by months.*month, quarter, year/);
  });

  test('the engine and we mean the same by each period of a day', async () => {
    const rows = await platform.warehouse.rows(
      `SELECT toString(date) AS day, ${GRAINS.map((grain) => `${periodSql('date', grain)} AS of_${grain}`).join(', ')}
       FROM (SELECT toDate32('1990-01-01') + number AS date FROM numbers(25000))`,
      z.record(z.string(), z.string()),
    );
    const differing = rows.filter(({ day = '', ...of }) =>
      GRAINS.some((grain) => of[`of_${grain}`] !== periodOf(day, grain)),
    );
    expect(differing).toEqual([]);
    expect(rows).toHaveLength(25_000);
  });

  test('year on year and period on period by month read earlier months without showing them', async () => {
    const [result] = await ask({
      metric: 'signed',
      grain: 'month',
      from: '2026-01',
      to: '2026-02',
      compare: ['yoy', 'pop'],
    });
    expect(result?.rows.map(({ period, value, yoy, pop }) => ({ period, value, yoy, pop }))).toEqual([
      { period: '2026-01', value: 1, yoy: { value: 2, change: -0.5 }, pop: { value: 0, change: null } },
      { period: '2026-02', value: 1, yoy: { value: 1, change: 0 }, pop: { value: 1, change: 0 } },
    ]);
  });

  test('a total over dates is compared with the same dates a year before', async () => {
    const [result] = await ask({ metric: 'signed_rent', from: '2026-01', to: '2026-02', compare: ['yoy'] });
    expect(result?.rows[0]).toMatchObject({ value: 300.3, yoy: { value: 700.3, change: -0.571184 } });
  });

  test('a dated snapshot has a past before the first run, equal to today’s formula', async () => {
    const [history, now] = await ask(
      { metric: 'running', grain: 'month', limit: 3, orderBy: 'period' },
      { metric: 'running', dimensions: ['district'], compare: ['pop', 'yoy'] },
    );
    expect(brief(history)).toEqual([
      ['2025-12', 3],
      ['2026-01', 4],
      ['2026-02', 3],
    ]);
    expect(
      now?.rows.map(({ keys, value, pop, yoy }) => [keys['district'], value, pop?.value, yoy?.value]),
    ).toEqual([
      ['01', 2, 2, 2],
      ['02', 1, 2, 1],
    ]);
  });

  test('the daily record holds every snapshot metric at four levels, equal to the live answer', async () => {
    const rows = await platform.warehouse.rows(
      `SELECT metric, level, toUInt32(count()) AS places, toFloat64(any(numerator) / any(denominator)) AS city FROM mart_decision.kpi_day
       WHERE as_of = '2026-02-28' GROUP BY metric, level ORDER BY metric, level`,
      z.object({ metric: z.string(), level: z.string(), places: z.number(), city: z.number() }),
    );
    const live = await cityValues(platform.warehouse, metrics);
    const snapshots = metrics.filter((metric) => metric.time === null).map((metric) => metric.name);
    expect(
      Object.fromEntries(
        rows.filter((row) => row.level === 'city').map((row) => [row.metric, Number(row.city.toFixed(2))]),
      ),
    ).toEqual(Object.fromEntries(snapshots.map((name) => [name, live[name]])));
    expect(rows.filter((row) => row.metric === 'contracts').map((row) => [row.level, row.places])).toEqual([
      ['city', 1],
      ['community', 3],
      ['district', 2],
      ['street', 3],
    ]);
  });
});

describe('drilling down', () => {
  test.each(metrics.map((metric) => metric.name))('%s: the records add up to the number', async (name) => {
    const metric = metrics.find((each) => each.name === name);
    if (!metric) throw new Error(name);
    const places: Record<string, string>[] = [{}, { district: '02' }, { layout: '2' }];
    for (const filters of places) {
      const [result] = await ask({ metric: name, filters });
      const drill = await drillMetric(platform.warehouse, metric, { metric: name, filters });
      expect(drill.value).toBe(result?.rows[0]?.value);
      expect(drill.rows).toHaveLength(drill.total);
      if (metric.kind === 'count') expect(drill.total).toBe(drill.value);
      if (metric.kind === 'ratio') expect(drill.total).toBe(drill.numerator);
      if (metric.kind === 'sum') {
        const sum = drill.rows.reduce((total, row) => total + Number(row['rent']), 0);
        expect(sum).toBeCloseTo(drill.value ?? NaN, 6);
      }
    }
  });

  test('personal values are masked unless revealed; pages follow each other', async () => {
    const [contracts] = metrics;
    if (!contracts) throw new Error('no metrics');
    const first = await drillMetric(platform.warehouse, contracts, { metric: 'contracts', limit: 2 });
    expect(first).toMatchObject({
      total: 5,
      columns: [{ name: 'contract_no', zh: '合同编号' }, { name: 'tenant_name' }, { name: 'rent' }],
    });
    expect(first.rows.map((row) => [row['contract_no'], row['tenant_name']])).toEqual([
      ['C1', '张*明'],
      ['C2', '张*明'],
    ]);
    const second = await drillMetric(
      platform.warehouse,
      contracts,
      { metric: 'contracts', limit: 2, offset: 4 },
      { reveal: true },
    );
    expect(second.rows.map((row) => [row['contract_no'], row['tenant_name']])).toEqual([['C5', '赵六']]);
  });

  test('a month of a flow, and a scope that cannot be left', async () => {
    const signed = metrics.find((metric) => metric.name === 'signed');
    if (!signed) throw new Error('no metric');
    expect(
      await drillMetric(platform.warehouse, signed, { metric: 'signed', period: '2025-01' }),
    ).toMatchObject({ value: 2, total: 2 });
    const scoped = await drillMetric(
      platform.warehouse,
      signed,
      { metric: 'signed', filters: { district: '02' } },
      { filters: { district: '01' } },
    );
    expect(scoped.total).toBe(2);
    const [contracts] = metrics;
    if (!contracts) throw new Error('no metrics');
    await expect(
      drillMetric(platform.warehouse, contracts, { metric: 'contracts', period: '2025-01' }),
    ).rejects.toThrow(/past records/);
    await expect(
      drillMetric(platform.warehouse, contracts, { metric: 'contracts', filters: { 'a`b': 'x' } }),
    ).rejects.toThrow();
  });
});
