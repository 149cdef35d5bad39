import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { buildModels, type ModelResult } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { temporaryDirectory, testPlatform, type TestPlatform } from '../support/platform.ts';
import {
  baseProjectOnHandMadeRows,
  createStdTables,
  deliverStd,
  type StdRow,
} from '../support/std-tables.ts';

let platform: TestPlatform;
let project: { path: string; dispose: () => Promise<void> };

const build = async (full = false): Promise<Map<string, ModelResult>> => {
  const select = ['+meter_day', '+door_day'];
  const results = await buildModels(platform, await loadProject(project.path), {
    asOf: '2026-04-30',
    select,
    full,
  });
  return new Map(results.map((result) => [result.name, result]));
};
const rows = (sql: string): Promise<Record<string, unknown>[]> =>
  platform.warehouse.rows(sql, z.record(z.string(), z.unknown()));
const water = (batch: number, ...readings: StdRow[]): Promise<void> =>
  deliverStd(platform.warehouse, 'utilities.water_reading', batch, readings);
const reading = (
  meter_no: string,
  reading_date: string,
  value: number | null,
  usage: number | null = null,
): StdRow => ({
  meter_no,
  reading_date,
  reading: value,
  usage,
});
const door = (event_no: string, happened_at: string, more: StdRow = {}): StdRow => ({
  event_no,
  house_code: 'H0001',
  happened_at,
  ...more,
});
const usages = (meter: string): Promise<Record<string, unknown>[]> =>
  rows(
    `SELECT toString(reading_date) AS day, toString(usage) AS usage, quality, deliveries FROM base.meter_day
     WHERE meter_no = '${meter}' ORDER BY 1`,
  );

beforeAll(async () => {
  platform = await testPlatform();
  project = await temporaryDirectory();
  await baseProjectOnHandMadeRows(project.path);
  await createStdTables(platform.warehouse);
  await deliverStd(platform.warehouse, 'operations.dwelling', 1, [
    { dwelling_no: 'D1', house_code: 'H0001' },
  ]);
  await water(
    1,
    reading('ROLL', '2026-01-01', 99_998.5),
    reading('ROLL', '2026-01-02', 1.25),
    reading('MISSING', '2026-01-01', 10, 0.4),
    reading('MISSING', '2026-01-02', 10.5),
    reading('MISSING', '2026-01-05', 12),
    reading('MISSING', '2026-01-06', null),
    reading('MISSING', '2026-01-07', 12.2),
    reading('ODD', '2026-01-01', 50, 0.5),
    reading('ODD', '2026-01-02', 40),
    reading('ODD', '2026-01-03', 41, 9),
    reading('ODD', '2026-01-04', 41, 0.3),
    reading('LATE', '2026-01-31', 100, 1),
    reading('LATE', '2026-02-01', 103),
    reading('LATE', '2026-03-31', 110),
  );
  await deliverStd(platform.warehouse, 'access_control.door_event', 1, [
    door('1', '2026-01-01 15:59:59.000', { direction: 'in', is_registered: 1, card_no: 'C1' }),
    door('2', '2026-01-01 16:00:00.000', { direction: 'out', is_registered: 0 }),
    door('3', '2026-01-01 17:00:00.000', { direction: 'in', is_registered: 1, card_no: 'C1' }),
    door('4', '2026-02-01 01:00:00.000', { direction: 'in' }),
  ]);
  const built = await build();
  expect([...built.values()].filter((each) => each.status !== 'built').map((each) => each.reason)).toEqual(
    [],
  );
});
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

describe('meters by day', () => {
  test('a dial that passed its end has used what is left of it and what it shows', async () => {
    expect(await usages('ROLL')).toEqual([
      { day: '2026-01-01', usage: null, quality: 'gap', deliveries: 1 },
      { day: '2026-01-02', usage: '2.75', quality: 'rollover', deliveries: 1 },
    ]);
  });

  test('a usage not delivered is the difference to the last reading there was', async () => {
    expect(await usages('MISSING')).toEqual([
      { day: '2026-01-01', usage: '0.4', quality: 'ok', deliveries: 1 },
      { day: '2026-01-02', usage: '0.5', quality: 'ok', deliveries: 1 },
      { day: '2026-01-05', usage: '1.5', quality: 'gap', deliveries: 1 },
      { day: '2026-01-06', usage: null, quality: 'gap', deliveries: 1 },
      { day: '2026-01-07', usage: '0.2', quality: 'gap', deliveries: 1 },
    ]);
  });

  test('readings that cannot be are named', async () => {
    expect(await usages('ODD')).toEqual([
      { day: '2026-01-01', usage: '0.5', quality: 'ok', deliveries: 1 },
      { day: '2026-01-02', usage: null, quality: 'suspect', deliveries: 1 },
      { day: '2026-01-03', usage: '9', quality: 'suspect', deliveries: 1 },
      { day: '2026-01-04', usage: '0.3', quality: 'stuck', deliveries: 1 },
    ]);
  });

  test('a meter silent for more than four weeks starts anew', async () => {
    expect((await usages('LATE')).at(-1)).toEqual({
      day: '2026-03-31',
      usage: null,
      quality: 'gap',
      deliveries: 1,
    });
  });
});

describe('doors by day', () => {
  test('a day is the day on the wall, eight hours ahead of the record', async () => {
    expect(
      await rows(
        `SELECT toString(event_date) AS day, events, in_events, out_events, distinct_cards, registered_events, stranger_events
         FROM base.door_day ORDER BY 1`,
      ),
    ).toEqual([
      {
        day: '2026-01-01',
        events: 1,
        in_events: 1,
        out_events: 0,
        distinct_cards: 1,
        registered_events: 1,
        stranger_events: 0,
      },
      {
        day: '2026-01-02',
        events: 2,
        in_events: 1,
        out_events: 1,
        distinct_cards: 1,
        registered_events: 1,
        stranger_events: 1,
      },
      {
        day: '2026-02-01',
        events: 1,
        in_events: 1,
        out_events: 0,
        distinct_cards: 0,
        registered_events: 0,
        stranger_events: 0,
      },
    ]);
  });
});

describe('a late delivery', () => {
  test('corrects its own month and the next, and an increment equals a build from scratch', async () => {
    const before = await build();
    expect(before.get('meter_day')?.status).toBe('skipped');

    await water(2, reading('LATE', '2026-01-31', 101, 2), reading('LATE', '2026-04-01', 111));
    await deliverStd(platform.warehouse, 'access_control.door_event', 2, [
      door('2', '2026-01-02 02:00:00.000', { direction: 'in', is_registered: 1, card_no: 'C2' }),
    ]);
    const increment = await build();
    expect([...increment.values()].flatMap(({ reason }) => reason ?? [])).toEqual([]);
    expect(await usages('LATE')).toEqual([
      { day: '2026-01-31', usage: '2', quality: 'ok', deliveries: 2 },
      { day: '2026-02-01', usage: '2', quality: 'ok', deliveries: 1 },
      { day: '2026-03-31', usage: null, quality: 'gap', deliveries: 1 },
      { day: '2026-04-01', usage: '1', quality: 'ok', deliveries: 1 },
    ]);
    expect(
      await rows(
        `SELECT events, in_events, distinct_cards, deliveries FROM base.door_day WHERE event_date = '2026-01-02'`,
      ),
    ).toEqual([{ events: 2, in_events: 2, distinct_cards: 2, deliveries: 3 }]);

    const whole = await build(true);
    // No house that doors had not told of yet: what houses are is not asked again.
    expect(increment.get('dwelling_record')?.status).toBe('skipped');
    for (const model of ['meter_day', 'door_day', 'door_house']) {
      expect(increment.get(model)?.status).toBe('built');
      expect(whole.get(model)?.hash).toBe(increment.get(model)?.hash);
    }
  });

  test('of a house doors had not told of makes it a dwelling somebody speaks of', async () => {
    await deliverStd(platform.warehouse, 'access_control.door_event', 3, [
      door('9', '2026-01-03 02:00:00.000', { house_code: 'H0077' }),
    ]);
    const increment = await build();
    expect(increment.get('dwelling_record')?.status).toBe('built');
    expect(
      await rows(
        "SELECT house_code FROM base.dwelling_record WHERE source_dataset = 'access_control.door_event' ORDER BY 1",
      ),
    ).toEqual([{ house_code: 'H0001' }, { house_code: 'H0077' }]);
    const whole = await build(true);
    for (const model of ['door_house', 'dwelling_record', 'door_day'])
      expect(whole.get(model)?.hash).toBe(increment.get(model)?.hash);
  });
});
