/** What is usual, over thirteen months of days as agencies in China work: planted anomalies are found, ordinary holidays are none. */
import { describe, expect, test } from '@jest/globals';
import { addDays } from '../../domain/calendar.ts';
import type { Calendar, CalendarDay } from '../../pipelines/collection/window.ts';
import { isWorkingDay } from '../../pipelines/collection/window.ts';
import { dayKindOf, median, type Observation, spreadBand, volumeBand } from '../../pipelines/quality/band.ts';
import { findDataset } from '../../ingestion/contracts/index.ts';
import { periodsDue } from '../../pipelines/quality/due.ts';
import { lateness } from '../../pipelines/quality/lateness.ts';

const days = (from: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => addDays(from, i));
const special = (kind: CalendarDay['kind'], name: string, from: string, count: number): CalendarDay[] =>
  days(from, count).map((date) => ({ date, kind, name }));
const calendar: Calendar = new Map(
  [
    ...special('holiday', '国庆节', '2025-10-01', 8),
    ...special('make_up_workday', '国庆节', '2025-10-11', 1),
    ...special('holiday', '春节', '2026-02-15', 9),
    ...special('make_up_workday', '春节', '2026-02-28', 1),
    ...special('holiday', '清明节', '2026-04-04', 3),
    ...special('holiday', '劳动节', '2026-05-01', 5),
    ...special('holiday', '国庆节', '2026-10-01', 7),
  ].map((day) => [day.date, day]),
);
const YEAR = days('2025-09-22', 405);
/** Office hours: about 500 rows on working days, 60 on weekends, next to nothing on holidays, what waited on the day after. */
const ordinary = (day: string, index: number): Observation => {
  const { isHoliday, restBefore } = dayKindOf(day, calendar);
  const noise = ((index * 7919) % 41) - 20;
  const usual = isWorkingDay(day, calendar) ? 500 + noise : isHoliday ? Math.abs(noise % 4) : 60 + noise / 4;
  return { day, value: restBefore >= 3 ? usual * 2 : usual };
};
const alarms = (series: Observation[]): string[] =>
  series.flatMap(({ day, value }, index) => {
    const band = volumeBand(day, series.slice(0, index), calendar, 'day');
    return band && (value < band.low || value > band.high) ? [day] : [];
  });

describe('volume', () => {
  const series = YEAR.map(ordinary);

  test('an ordinary year with its holidays raises no alarm', () => {
    expect(alarms(series)).toEqual([]);
    const judged = series.filter(({ day }, i) => volumeBand(day, series.slice(0, i), calendar, 'day'));
    expect(judged.length).toBeGreaterThan(340);
  });

  test.each([
    ['almost nothing on a working Friday', '2026-03-20', 12],
    ['half of it', '2026-06-09', 250],
    ['twice as much', '2026-07-15', 1000],
    ['nothing on a weekend day worked instead', '2026-02-28', 0],
    ['a flood on a Sunday', '2026-08-16', 900],
    ['a flood on a holiday', '2026-10-03', 5000],
  ])('%s is found, and nothing else', (_, day, value) => {
    expect(alarms(series.map((one) => (one.day === day ? { day, value } : one)))).toEqual([day]);
  });

  test('explains itself by days of the same kind', () => {
    const at = series.findIndex(({ day }) => day === '2026-03-20');
    const band = volumeBand('2026-03-20', series.slice(0, at), calendar, 'day');
    expect(band).toMatchObject({ dayKind: '工作日星期五', history: 12 });
    expect(band?.low).toBeGreaterThan(350);
    expect(band?.high).toBeLessThan(650);
  });

  test('says nothing while too little is known', () => {
    expect(volumeBand('2026-03-20', series.slice(0, 5), calendar, 'day')).toBeNull();
    expect(median([3, 1, 2, 4])).toBe(2.5);
  });
});

describe('spread', () => {
  const shares = Array.from({ length: 12 }, (_, i) => ({
    day: YEAR[i * 7] ?? '',
    value: 0.97 + (i % 3) / 200,
    rows: 800,
  }));

  test.each([
    ['a column that comes empty', 0.4, true],
    ['the usual', 0.972, false],
  ])('%s', (_, value, isAnomaly) => {
    const band = spreadBand({ day: '2026-06-01', value, rows: 800 }, shares, true);
    expect(band !== null && (value < band.low || value > band.high)).toBe(isAnomaly);
  });

  test('of few rows nothing is said', () => {
    expect(spreadBand({ day: '2026-06-01', value: 0, rows: 3 }, shares, true)).toBeNull();
  });
});

describe('periods due', () => {
  const missing = (cadence: 'daily' | 'weekly' | 'monthly', came: string[], asOf: string): string[] =>
    periodsDue({ cadence, latenessDays: 2 }, came, asOf, calendar)
      .filter((period) => !period.came)
      .map(({ end }) => end);

  test('a daily source that rests on weekends and holidays is late only on days it works', () => {
    const working = days('2026-09-01', 45).filter((day) => isWorkingDay(day, calendar));
    expect(missing('daily', working, '2026-10-15')).toEqual([]);
    expect(
      missing(
        'daily',
        working.filter((day) => day !== '2026-09-16'),
        '2026-10-15',
      ),
    ).toEqual(['2026-09-16']);
  });

  test('the limit moves over a holiday', () => {
    const came = days('2026-09-01', 29).filter((day) => isWorkingDay(day, calendar));
    expect(missing('daily', came, '2026-10-07')).toEqual([]);
    expect(missing('daily', came, '2026-10-08')).toEqual(['2026-09-30']);
  });

  test('weeks and months are late when they end without a delivery', () => {
    expect(missing('weekly', ['2026-08-07', '2026-08-14', '2026-08-28'], '2026-08-31')).toEqual([
      '2026-08-23',
    ]);
    expect(missing('monthly', ['2026-05-31', '2026-07-31'], '2026-08-20')).toEqual(['2026-06-30']);
    expect(missing('weekly', [], '2026-08-31')).toEqual([]);
  });
});

describe('a data set past its update limit', () => {
  const dataset = findDataset('operations.contract');
  if (!dataset) throw new Error('no contract');
  const standing = {
    dataset: 'operations.contract',
    lastDate: '2026-09-14',
    limitDays: 14,
    catalogueDays: 1,
  };
  const late = (asOf: string, over: object = {}) =>
    lateness(dataset, { ...standing, ...over, asOf }, calendar);

  test('is late by the catalogue first, and by its contract from the day after the limit on', () => {
    expect(late('2026-09-15')).toBeNull();
    expect(late('2026-09-28')).toMatchObject({ statistic: 'catalogue', day: '2026-09-16', high: 1 });
    expect(late('2026-09-29')).toMatchObject({
      ...{ kind: 'lateness', statistic: 'contract', day: '2026-09-29', observed: 15, high: 14 },
      ...{ dataset: 'operations.contract', owner: dataset.owner },
    });
    expect(late('2026-09-29')?.explanation).toMatch(
      /最近一期为 2026-09-14.*契约更新时限为 14 天.*自 2026-09-29 起逾期/,
    );
  });

  test('has until the next working day where the limit ends on a holiday', () => {
    const over = { lastDate: '2026-09-16', catalogueDays: 0 };
    expect(late('2026-10-07', over)).toBeNull();
    expect(late('2026-10-08', over)).toMatchObject({ day: '2026-10-08' });
  });

  test('without a limit is never late', () => {
    expect(late('2030-01-01', { limitDays: 0, catalogueDays: 0 })).toBeNull();
  });
});
