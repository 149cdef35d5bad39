/** From readings to the days of a meter: what cannot be trusted is marked, and estimates never stand where a measurement would. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { closeDeviceHub, deviceHub, registerChanged } from '../../ingestion/devices/index.ts';
import { exchangeDevice } from '../../ingestion/devices/registry/devices.ts';
import { runPipeline } from '../../pipelines/runner.ts';
import { registerDevices } from '../support/devices.ts';
import { type TestPlatform, testPlatform } from '../support/platform.ts';

let platform: TestPlatform;
const DAY = 86_400_000;
/** Noon in China. */
const first = Date.UTC(2026, 0, 1, 4);

beforeAll(async () => {
  platform = await testPlatform();
  await registerDevices(
    platform,
    ['W-USE', 'W-OLD', 'W-NEW', 'W-STUCK'].map((deviceId) => ({
      deviceId,
      product: 'cold-water-meter',
      meterNo: `M-${deviceId}`,
    })),
  );
});
afterAll(async () => {
  await closeDeviceHub(platform);
  await platform.close();
});

/** A reading at noon of each day, received when it was taken. */
async function read(
  device: string,
  registers: readonly (readonly [day: number, volume: number])[],
): Promise<void> {
  const hub = await deviceHub(platform);
  for (const [day, volume] of registers) {
    const t = first + day * DAY;
    const payload = Buffer.from(JSON.stringify({ t, seq: day + 1, values: { volume } }));
    await hub.receive({ source: device, kind: 'telemetry', payload, receivedAt: t });
  }
}

async function build(): Promise<void> {
  const { loader } = await deviceHub(platform);
  await loader.load();
  await loader.rollUp();
  const result = await runPipeline(platform, {
    land: () => Promise.resolve([]),
    select: ['device_meter_day'],
    asOf: '2026-02-01',
  });
  expect(result.models).toMatchObject([{ model: 'base.device_meter_day', status: 'built' }]);
  expect(result.ok).toBe(true);
}

const days = (device: string): Promise<unknown[]> =>
  platform.warehouse.rows(
    `SELECT dateDiff('day', toDate('2026-01-01'), reading_date) AS day, toFloat64(reading) AS reading, toFloat64(usage) AS usage,
       toFloat64(estimated_usage) AS estimate, arrayStringConcat(flags, ' ') AS flags
     FROM base.device_meter_day WHERE device_id = {device:String} ORDER BY reading_date`,
    z
      .object({
        day: z.coerce.number(),
        reading: z.number().nullable(),
        usage: z.number().nullable(),
        estimate: z.number().nullable(),
        flags: z.string(),
      })
      .transform((row) => [row.day, row.reading, row.usage, row.estimate, row.flags]),
    { params: { device } },
  );

test('roll-over, gap, spike and a register that goes back', async () => {
  await read('W-USE', [
    [0, 99_998],
    [1, 99_999],
    [2, 0.5],
    [3, 1.5],
    [6, 4],
    [7, 54],
    [8, 53],
    [9, 54],
  ]);
  await build();
  expect(await days('W-USE')).toEqual([
    [0, 99_998, 0, null, 'ok'],
    [1, 99_999, 1, null, 'ok'],
    [2, 0.5, 1.5, null, 'rollover'],
    [3, 1.5, 1, null, 'ok'],
    [4, null, null, 0.833333, 'missing'],
    [5, null, null, 0.833333, 'missing'],
    [6, 4, null, 0.833334, 'gap'],
    [7, 54, null, 0.866666, 'spike'],
    [8, 53, null, 0.866666, 'negative'],
    [9, 54, 1, null, 'ok'],
  ]);
});

test('an exchange: the old meter ends with its last register, the new one begins with its first', async () => {
  await read('W-OLD', [
    [0, 700],
    [1, 702],
  ]);
  await read('W-NEW', [
    [2, 0.4],
    [3, 1.4],
  ]);
  const exchangedAt = new Date(first + 1.9 * DAY).toISOString();
  await exchangeDevice(
    platform.store,
    'W-OLD',
    { newDeviceId: 'W-NEW', exchangedAt, finalReading: 703.5, initialReading: 0.1, reason: '到期轮换' },
    'test',
  );
  await registerChanged(platform);
  await build();
  expect(await days('W-OLD')).toEqual([
    [0, 700, 0, null, 'ok'],
    [1, 702, 2, null, 'ok'],
    [2, 703.5, 1.5, null, 'exchange'],
  ]);
  expect(await days('W-NEW')).toEqual([
    [2, 0.4, 0.3, null, 'exchange'],
    [3, 1.4, 1, null, 'ok'],
  ]);
});

test('a register that stands still is stuck from the seventh day on', async () => {
  await read(
    'W-STUCK',
    Array.from({ length: 11 }, (_, day) => [day, Math.min(day, 2)] as const),
  );
  await build();
  expect((await days('W-STUCK')).map((row) => (row as unknown[])[4])).toEqual([
    ...Array.from({ length: 9 }, () => 'ok'),
    'stuck',
    'stuck',
  ]);
});
