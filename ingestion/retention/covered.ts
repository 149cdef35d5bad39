/** Whether what is to go stands in the aggregate that is to stay. Compared level by level, for each level is made of the one below. */
import { z } from 'zod';
import type { QueryOptions, Warehouse } from '../../warehouse/engine/warehouse.ts';
import { type Grain, GRAINS, type RetentionDataset } from './datasets.ts';

const BATCH: QueryOptions = { lane: 'batch', tag: 'retention' };
const HOUR_MS = 3_600_000;

type Level = 'reading' | Grain;
const LEVELS: readonly Level[] = ['reading', ...GRAINS];

/** A level as the groups of the next one: SQL of the period, and of the totals of one group. */
const INTO: Readonly<Record<Grain, { period: string; totals: string; time: string; table: string }>> = {
  quarter: {
    period: 'toStartOfFifteenMinutes(event_time)',
    totals: 'count(), sum(value), min(value), max(value)',
    ...{ time: 'event_time', table: 'raw.device_reading' },
  },
  hour: { ...summed('quarter'), period: 'toStartOfHour(part.period)' },
  // A day is a day in China.
  day: { ...summed('hour'), period: 'toDate(part.period + INTERVAL 8 HOUR)' },
};

function summed(from: Grain) {
  return {
    totals: 'sum(part.readings), sum(part.total), min(part.lowest), max(part.highest)',
    ...{ time: 'part.period', table: `raw.device_${from} AS part FINAL` },
  };
}

/**
 * Groups of `dataset` between two instants that no aggregate up to `grain` holds, or holds with other totals.
 * @param span milliseconds since 1970
 * @returns 0 when everything is there
 */
export async function groupsMissing(
  warehouse: Warehouse,
  dataset: RetentionDataset,
  grain: Grain,
  span: { from: number; to: number },
): Promise<number> {
  const lowest = LEVELS.indexOf(dataset.replace('devices.device_', '') as Level);
  let missing = 0;
  for (const level of GRAINS.slice(lowest, GRAINS.indexOf(grain) + 1)) {
    const { period, totals, time, table } = INTO[level];
    // The days in China that the span touches, whole.
    const isDay = level === 'day';
    const [before, after] = isDay ? [8 * HOUR_MS, 16 * HOUR_MS] : [0, 0];
    const [from, to] = [span.from - before, span.to + after];
    const instant = (at: number): string => `toDateTime(${at / 1000}, 'UTC')`;
    const start = (at: number): string => (isDay ? `toDate(${instant(at + 8 * HOUR_MS)})` : instant(at));
    missing += await warehouse.value(
      `SELECT count() FROM (
         SELECT ${period} AS at, device_id, property, ${totals} FROM ${table}
         WHERE ${time} >= ${instant(from)} AND ${time} < ${instant(to)} GROUP BY at, device_id, property
         EXCEPT
         SELECT period, device_id, property, readings, total, lowest, highest FROM raw.device_${level} FINAL
         WHERE period >= ${start(from)} AND period < ${start(to)}
       )`,
      z.coerce.number(),
      BATCH,
    );
  }
  return missing;
}
