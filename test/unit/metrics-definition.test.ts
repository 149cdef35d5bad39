import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileMetric } from '../../pipelines/metrics/compile.ts';
import { loadMetrics, metricSchema } from '../../pipelines/metrics/definition.ts';
import { historyLevel } from '../../pipelines/metrics/history.ts';
import { earlier, periodOf, periodsBetween, rangeOf, yearBefore } from '../../pipelines/metrics/period.ts';
import { earlierRange } from '../../pipelines/metrics/compare.ts';
import { requestSchema } from '../../pipelines/metrics/request.ts';
import { MODELS_DIRECTORY } from '../../pipelines/runner.ts';

const metric = metricSchema.parse({
  name: 'vacancy_rate',
  zh: '空置率',
  reference: 'M106',
  unit: 'ratio',
  model: 'mart_supply.dwelling',
  kind: 'ratio',
  numerator: 'vacant = 1',
  denominator: '1',
  dimensions: ['district', 'layout'],
  drill: ['house_code'],
  formula_zh: '空置/总',
});
const request = (more: object) => requestSchema.parse({ id: 'x', metric: 'vacancy_rate', ...more });

describe('definitions', () => {
  test('the metrics of the repository are well formed, each named once', async () => {
    const metrics = await loadMetrics(`${MODELS_DIRECTORY}/metrics`);
    expect(metrics.length).toBeGreaterThanOrEqual(40);
    expect(new Set(metrics.map((each) => each.name)).size).toBe(metrics.length);
  });

  test.each([
    [{ denominator: undefined }, /a ratio needs it/],
    [{ value: 'rent' }, /a ratio has none/],
    [{ dimensions: ['planet'] }, /no dimension planet/],
    [{ filter: '1; DROP TABLE x' }, /one SQL expression/],
    [{ filter: '1 -- x' }, /one SQL expression/],
    [{ model: 'base.person' }, /mart table/],
    [{ time: 'paid_on', as_of_filter: 'x <= as_at' }, /its own time/],
  ])('%j is refused', (change, message) => {
    expect(() => metricSchema.parse({ ...metric, ...change })).toThrow(message);
  });
});

describe('compiled SQL', () => {
  test('values are parameters, names are looked up and quoted', () => {
    const { sql, params } = compileMetric(
      metric,
      request({ dimensions: ['district'], filters: { layout: ['1', '2'] } }),
    );
    expect(params).toEqual({ f0: ['1', '2'] });
    expect(sql).toContain('`layout_code`');
    expect(sql).toContain('{f0:Array(String)}');
    expect(sql).toMatch(/GROUP BY k0$/);
  });

  test('whatever a user writes as a value, the SQL text is the same', () => {
    const plain = compileMetric(metric, request({ filters: { district: 'x' } })).sql;
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (value) => {
        const compiled = compileMetric(metric, request({ filters: { district: value } }));
        expect(compiled.sql).toBe(plain);
        expect(compiled.params).toEqual({ f0: [value] });
      }),
    );
  });

  test.each(["district'; DROP TABLE x", 'district`', 'street', 'house_code', '__proto__', 'constructor'])(
    'a dimension or filter named %j is refused',
    (name) => {
      expect(() => compileMetric(metric, { ...request({}), dimensions: [name] })).toThrow(/no dimension/);
      expect(() =>
        compileMetric(metric, { ...request({}), filters: Object.fromEntries([[name, 'x']]) }),
      ).toThrow(/no dimension/);
    },
  );
});

describe('periods', () => {
  test.each([
    ['2026', { from: '2026-01-01', to: '2026-12-31' }],
    ['2026-Q1', { from: '2026-01-01', to: '2026-03-31' }],
    ['2024-02', { from: '2024-02-01', to: '2024-02-29' }],
    ['2026-10-31', { from: '2026-10-31', to: '2026-10-31' }],
    ['2026-W01', { from: '2025-12-29', to: '2026-01-04' }],
    ['2026-W53', { from: '2026-12-28', to: '2027-01-03' }],
  ])('%s', (text, range) => expect(rangeOf(text)).toEqual(range));

  test.each([
    '2026-13',
    '2026-Q5',
    '2026-02-30',
    '2025-W53',
    '2026-W00',
    '26-01',
    '2026-1',
    "2026' OR 1",
    '',
  ])('%j is no period', (text) => {
    expect(() => rangeOf(text)).toThrow(/not a period/);
  });

  test('earlier periods', () => {
    expect(earlier('2026-01', 'pop')).toBe('2025-12');
    expect(earlier('2026-01', 'yoy')).toBe('2025-01');
    expect(earlier('2026-Q1', 'pop')).toBe('2025-Q4');
    expect(earlier('2026', 'yoy')).toBe('2025');
    expect(periodsBetween('2025-11', '2026-02')).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
    expect(periodOf('2026-10-31', 'quarter')).toBe('2026-Q4');
    expect(earlier('2024-02-29', 'yoy')).toBe('2023-02-28');
    expect(earlier('2026-03-01', 'pop')).toBe('2026-02-28');
    expect(earlier('2027-W01', 'pop')).toBe('2026-W53');
    expect(earlier('2026-W53', 'yoy')).toBe('2025-W52');
    expect(periodsBetween('2025-W51', '2026-W02')).toEqual(['2025-W51', '2025-W52', '2026-W01', '2026-W02']);
    expect(yearBefore('2024-02-29')).toBe('2023-02-28');
    expect(earlierRange({ from: '2026-03-01', to: '2026-03-31' }, 'pop')).toEqual({
      from: '2026-01-29',
      to: '2026-02-28',
    });
  });
});

describe('where history can answer', () => {
  test.each<[string[], Record<string, string | string[]>, string | null]>([
    [[], {}, 'city'],
    [['district'], {}, 'district'],
    [['street'], { district: '01' }, 'street'],
    [[], { street: '0101' }, 'street'],
    [['district'], { street: '0101' }, 'street'],
    [[], { street: ['0101', '0102'] }, null],
    [['district'], { street: ['0101', '0102'] }, null],
    [['street'], { street: ['0101', '0102'] }, 'street'],
    [['layout'], {}, null],
    [[], { project_kind: 'prh' }, null],
  ])('dimensions %j, filters %j: %s', (dimensions, filters, level) =>
    expect(historyLevel(dimensions, filters)).toBe(level),
  );
});
