/** Readings acknowledged over MQTT are in the warehouse once, at whatever step the process that takes them is killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import mqtt from 'mqtt';
import { z } from 'zod';
import { closeDeviceHub } from '../../ingestion/devices/index.ts';
import type { FaultPoint } from '../../ingestion/landing/fault-points.ts';
import { openPlatform } from '../../warehouse/platform.ts';
import { registerDevices } from '../support/devices.ts';
import { newHome, testConfig, testLog } from '../support/platform.ts';
import { freePort } from '../support/servers/server.ts';

const POINTS: FaultPoint[] = ['devices-after-readings', 'devices-before-remove'];
const ROUND = 200;
const READINGS_A_MESSAGE = 10;
const root = fileURLToPath(new URL('../..', import.meta.url));
const program = fileURLToPath(new URL('./devices-server.ts', import.meta.url));

/** Starts it; resolves when it serves. */
async function start(home: string, port: number, fault?: FaultPoint): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', program], {
    cwd: root,
    env: {
      ...process.env,
      ANJU_HOME: home,
      UV_THREADPOOL_SIZE: '16',
      ANJU_LOG_LEVEL: 'silent',
      ANJU_MQTT_PORT: String(port),
      ANJU_DEVICE_LOAD_SECONDS: '1',
      ANJU_DEVICE_MESSAGES: '100000',
      ...(fault ? { ANJU_FAULT: fault } : {}),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('it ended before it served'))),
  ]);
  return child;
}

test('a process killed at any step of taking and loading readings loses none and doubles none', async () => {
  const directory = await newHome();
  const home = directory.path;
  const open = () => openPlatform(testConfig(home), { log: testLog });
  const platform = await open();
  const [gateway] = await registerDevices(platform, [{ deviceId: 'GW-1', product: 'electricity-meter' }]);
  await closeDeviceHub(platform);
  await platform.close();
  const port = await freePort();

  let child = await start(home, port, POINTS[0]);
  // As a gateway does: what is not acknowledged is kept and sent again when the connection is back.
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: 'GW-1',
    username: 'GW-1',
    password: gateway?.token,
    clean: false,
    reconnectPeriod: 100,
  });
  client.on('error', () => undefined);
  let seq = 0;
  const begin = Date.now() - 60_000;
  const publish = (): Promise<unknown> => {
    const readings = Array.from({ length: READINGS_A_MESSAGE }, () => {
      seq += 1;
      return { t: begin + seq, seq, values: { energy: seq } };
    });
    return client.publishAsync('anju/electricity-meter/GW-1/telemetry', JSON.stringify(readings), { qos: 1 });
  };
  for (const [index] of POINTS.entries()) {
    const died = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    const acknowledged = Promise.all(Array.from({ length: ROUND }, publish));
    expect((await died)[1]).toBe('SIGKILL');
    child = await start(home, port, POINTS[index + 1]);
    await acknowledged;
  }
  await client.endAsync();
  const ended = once(child, 'exit') as Promise<[number | null]>;
  child.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);

  const after = await open();
  const [row] = await after.warehouse.rows(
    `SELECT count() AS readings, uniqExact(seq) AS different, sum(value) = sum(seq) AS same,
       (SELECT sum(readings) FROM raw.device_day FINAL) AS aggregated FROM raw.device_reading`,
    z.record(z.string(), z.unknown()),
  );
  expect(row).toEqual({ readings: String(seq), different: String(seq), same: 1, aggregated: String(seq) });
  const account = await after.store.db
    .selectFrom('device_segment')
    .select((eb) => eb.fn.sum<string>('loaded').as('loaded'))
    .executeTakeFirst();
  expect(Number(account?.loaded)).toBe(seq);
  await after.close();
  await directory.dispose();
});
