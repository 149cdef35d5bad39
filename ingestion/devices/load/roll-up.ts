/**
 * Aggregates by quarter of an hour, hour and day. A period that changed is computed anew as a whole from the level below, under
 * the number of the newest segment: repeating it, after a crash or for a late reading, changes nothing and doubles nothing.
 */
import { sql } from 'kysely';
import type { QueryOptions, Warehouse } from '../../../warehouse/engine/warehouse.ts';
import type { Platform } from '../../../warehouse/platform.ts';

const BATCH: QueryOptions = { lane: 'batch', tag: 'devices.roll-up' };
const COLUMNS =
  'period, device_id, property, readings, lowest, highest, total, first, first_time, last, last_time, ahead, version';

/** More than a minute ahead of our clock when it came: the device's clock is wrong. */
const AHEAD_SECONDS = 60;

/** Brings the aggregates up to the loaded segments. @returns quarters computed anew */
export async function rollUp({ warehouse, store }: Platform): Promise<number> {
  const segments = await store.db
    .selectFrom('device_segment')
    .select(['segment', 'quarters'])
    .where(sql<boolean>`quarters <> '[]'::jsonb`)
    .orderBy('segment')
    .execute();
  const quarters = [...new Set(segments.flatMap((one) => one.quarters))].sort((a, b) => a - b);
  const version = segments.at(-1)?.segment;
  if (version === undefined) return 0;
  await rollUpQuarters(warehouse, quarters, version);
  await store.db
    .updateTable('device_segment')
    .set({ quarters: JSON.stringify([]) })
    .where(
      'segment',
      'in',
      segments.map((one) => one.segment),
    )
    .execute();
  return quarters.length;
}

/** Quarters in groups, so that one statement writes into few partitions and reads a bounded part of raw. */
const QUARTERS_AT_ONCE = 96;

async function rollUpQuarters(warehouse: Warehouse, quarters: number[], version: number): Promise<void> {
  for (let from = 0; from < quarters.length; from += QUARTERS_AT_ONCE) {
    const some = quarters.slice(from, from + QUARTERS_AT_ONCE);
    await warehouse.run(
      `INSERT INTO raw.device_quarter (${COLUMNS})
       SELECT toStartOfFifteenMinutes(event_time) AS period, device_id, property, count(), min(value), max(value), sum(value),
         argMin(value, (event_time, seq)), min(event_time), argMax(value, (event_time, seq)), max(event_time),
         countIf(event_time > received_at + INTERVAL ${AHEAD_SECONDS} SECOND), ${version}
       FROM raw.device_reading
       WHERE toStartOfFifteenMinutes(event_time) IN (${some.map((at) => `toDateTime(${at}, 'UTC')`).join(', ')})
       GROUP BY period, device_id, property`,
      BATCH,
    );
  }
  const hours = [...new Set(quarters.map((at) => at - (at % 3600)))];
  const CHINA_SECONDS = 8 * 3600;
  const days = [...new Set(quarters.map((at) => Math.floor((at + CHINA_SECONDS) / 86_400)))];
  for (let from = 0; from < hours.length; from += QUARTERS_AT_ONCE) {
    const some = hours.slice(from, from + QUARTERS_AT_ONCE).map((at) => `toDateTime(${at}, 'UTC')`);
    const spans = `period IN (${some.flatMap((at) => [0, 15, 30, 45].map((minutes) => `${at} + INTERVAL ${minutes} MINUTE`)).join(', ')})`;
    await warehouse.run(combineSql('hour', 'quarter', 'toStartOfHour(period)', spans, version), BATCH);
  }
  for (const day of days) {
    const start = `toDateTime(${day * 86_400 - CHINA_SECONDS}, 'UTC')`;
    const span = `period >= ${start} AND period < ${start} + INTERVAL 1 DAY`;
    await warehouse.run(combineSql('day', 'hour', `toDate32(${day})::Date`, span, version), BATCH);
  }
}

const combineSql = (target: string, source: string, period: string, where: string, version: number): string =>
  `INSERT INTO raw.device_${target} (${COLUMNS})
   SELECT ${period} AS target, device_id, property, sum(part.readings), min(part.lowest), max(part.highest), sum(part.total),
     argMin(part.first, part.first_time), min(part.first_time), argMax(part.last, part.last_time), max(part.last_time),
     sum(part.ahead), ${version}
   FROM raw.device_${source} AS part FINAL
   WHERE ${where}
   GROUP BY target, device_id, property`;
