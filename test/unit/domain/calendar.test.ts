import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as calendar from '../../../domain/calendar.ts';
import { overTexts } from './engine.ts';

const day = fc
  .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2250-12-31T00:00:00Z'), noInvalidDate: true })
  .map((d) => d.toISOString().slice(0, 10));

test('which texts are days is the same in TypeScript and in ClickHouse, for every day-like text of these years', async () => {
  const texts = [1900, 1904, 1999, 2000, 2023, 2024, 2100, 2299, 1899, 2300, 0].flatMap((year) =>
    Array.from({ length: 14 * 33 }, (_, i) => [year, Math.floor(i / 33), i % 33] as const).map(
      ([y, m, d]) =>
        `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`,
    ),
  );
  const rows = await overTexts(texts, calendar.isDaySql('v'));
  expect(texts.filter((text, i) => (rows[i]?.[0] === 1) !== calendar.isDay(text))).toEqual([]);
  expect(texts.filter(calendar.isDay)).toHaveLength(8 * 365 + 3);
});

describe('months', () => {
  test.each<[string, number, string]>([
    ['2026-11', 2, '2027-01'],
    ['2026-01', -1, '2025-12'],
    ['2026-11-21', 0, '2026-11'],
    ['2026-11', -23, '2024-12'],
  ])('%s and %i months is %s', (month, by, result) => {
    expect(calendar.addMonths(month, by)).toBe(result);
  });
  test.each<[string, number, string]>([
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2024-02-29', 48, '2028-02-29'],
    ['2026-03-15', -1, '2026-02-15'],
  ])('%s and %i months is the day %s', (from, by, result) => {
    expect(calendar.addMonthsToDay(from, by)).toBe(result);
  });
  test('what is added can be counted', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -500, max: 500 }), (from, by) => {
        expect(calendar.monthsBetween(from, calendar.addMonths(from, by))).toBe(by);
      }),
    );
  });
  test('a span of months holds both ends', () => {
    expect(calendar.monthsFrom('2025-11', '2026-02')).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
    expect(calendar.monthsFrom('2026-02', '2026-01')).toEqual([]);
  });
  test('months begin and end', () => {
    expect([
      calendar.firstDayOf('2024-02'),
      calendar.lastDayOf('2024-02'),
      calendar.lastDayOf('2023-12'),
    ]).toEqual(['2024-02-01', '2024-02-29', '2023-12-31']);
    expect(['2026-01', '2026-06-30', '2026-12'].map(calendar.quarterOf)).toEqual([
      '2026-Q1',
      '2026-Q2',
      '2026-Q4',
    ]);
  });
});

describe('days', () => {
  test('what is added can be counted', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 10_000 }), (from, by) => {
        expect(calendar.daysBetween(from, calendar.addDays(from, by))).toBe(by);
      }),
    );
  });
  test('age grows on the birthday', () => {
    expect([calendar.ageOn('1990-05-06', '2026-05-05'), calendar.ageOn('1990-05-06', '2026-05-06')]).toEqual([
      35, 36,
    ]);
    expect([calendar.ageOn('2004-02-29', '2026-02-28'), calendar.ageOn('2004-02-29', '2026-03-01')]).toEqual([
      21, 22,
    ]);
  });
  test('an instant falls on a Chinese day', () => {
    expect(calendar.chinaDayOf(new Date('2026-11-20T15:59:59.999Z'))).toBe('2026-11-20');
    expect(calendar.chinaDayOf(new Date('2026-11-20T16:00:00Z'))).toBe('2026-11-21');
  });
  test('what is no day is refused', () => {
    expect(() => calendar.addDays('2023-02-29', 1)).toThrow(/2023-02-29/);
    expect(() => calendar.addMonths('2023-13', 1)).toThrow(/2023-13/);
  });
});

test('the period before has as many days and ends the day before', () => {
  expect(calendar.periodBefore({ from: '2026-03-01', to: '2026-03-31' })).toEqual({
    from: '2026-01-29',
    to: '2026-02-28',
  });
  expect(calendar.periodBefore({ from: '2026-01-01', to: '2026-01-01' })).toEqual({
    from: '2025-12-31',
    to: '2025-12-31',
  });
});
