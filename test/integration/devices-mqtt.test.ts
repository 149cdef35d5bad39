import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { z } from 'zod';
import { registerChanged, type RunningDevices, startDevices } from '../../ingestion/devices/index.ts';
import { soundLength } from '../../ingestion/devices/log/record.ts';
import { changeDevice, findDevice } from '../../ingestion/devices/registry/devices.ts';
import { registerDevices, type RegisteredDevice } from '../support/devices.ts';
import { type TestPlatform, temporaryDirectory, testPlatform } from '../support/platform.ts';
import { describeWith } from '../support/servers/server.ts';
import { MOSQUITTO, startMosquitto } from '../support/servers/mosquitto-server.ts';
import { until } from '../support/until.ts';

let platform: TestPlatform;
let devices: RunningDevices;
let meter: RegisteredDevice;
let other: RegisteredDevice;

beforeAll(async () => {
  // Loading goes by hand here: what is on disk is what the tests look at.
  platform = await testPlatform({
    ANJU_MQTT_PORT: '0',
    ANJU_DEVICE_LOAD_SECONDS: '3600',
    ANJU_DEVICE_MESSAGES: '20',
  });
  devices = await startDevices(platform);
  const registered = await registerDevices(platform, [
    { deviceId: 'W-1', product: 'cold-water-meter' },
    { deviceId: 'W-2', product: 'cold-water-meter' },
  ]);
  [meter, other] = registered as [RegisteredDevice, RegisteredDevice];
});
afterAll(async () => {
  await devices.close();
  await platform.close();
});

const signIn = (device: RegisteredDevice, options: mqtt.IClientOptions = {}): Promise<MqttClient> =>
  mqtt.connectAsync(
    `mqtt://127.0.0.1:${devices.mqttPort}`,
    { clientId: device.id, username: device.id, password: device.token, reconnectPeriod: 0, ...options },
    false,
  );
const closing = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => client.once('close', () => resolve()));
const reading = (seq: number, volume = 1): string =>
  JSON.stringify({ t: Date.now(), seq, values: { volume } });
const TELEMETRY = 'anju/cold-water-meter/W-1/telemetry';

/** Whole records in the log's files, as the disk has them. */
async function bytesOnDisk(): Promise<number> {
  const directory = join(platform.config.home, 'devices', 'log');
  let bytes = 0;
  for (const file of await readdir(directory)) bytes += soundLength(await readFile(join(directory, file)));
  return bytes;
}

test('an acknowledged message is on disk, and is loaded', async () => {
  const client = await signIn(meter);
  for (let seq = 1; seq <= 3; seq++) {
    const before = await bytesOnDisk();
    await client.publishAsync(TELEMETRY, reading(seq), { qos: seq === 3 ? 2 : 1, retain: true });
    expect(await bytesOnDisk()).toBeGreaterThan(before);
  }
  expect(await devices.hub.loader.load()).toMatchObject([{ messages: 3, loaded: 3 }]);
  await client.endAsync();
});

describe('the broker refuses', () => {
  test('a wrong token, an unknown device, another’s client id', async () => {
    await expect(signIn({ ...meter, token: other.token })).rejects.toThrow(
      /Bad username or password|Not authorized/i,
    );
    await expect(signIn({ id: 'W-9', token: meter.token })).rejects.toThrow(/Bad username or password/i);
    await expect(signIn(meter, { clientId: other.id })).rejects.toThrow(/Not authorized/i);
  });

  test.each([
    'anju/cold-water-meter/W-2/telemetry',
    'anju/gas-meter/W-1/telemetry',
    'anju/cold-water-meter/W-1/secrets',
    'else',
  ])('to take a message on %s', async (topic) => {
    const before = devices.hub.counts.messages;
    const client = await signIn(meter);
    const closed = closing(client);
    client.publish(topic, reading(1), { qos: 1 });
    await closed;
    expect(devices.hub.counts.messages).toBe(before);
  });

  test('to tell a device of others', async () => {
    const client = await signIn(meter);
    await expect(client.subscribeAsync('#', { qos: 1 })).rejects.toThrow();
    expect(await client.subscribeAsync('anju/cold-water-meter/W-1/command', { qos: 1 })).toMatchObject([
      { qos: 1 },
    ]);
    await client.endAsync();
  });

  test('a packet that announces to be too long, before it comes', async () => {
    const socket = connectSocket(devices.mqttPort ?? 0, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f, 0, 4]));
    await closed;
  });

  test('a device that is disabled while it is connected', async () => {
    const client = await signIn(other);
    const closed = closing(client);
    const known = await findDevice(platform.store, other.id);
    await changeDevice(platform.store, other.id, { ...known, state: 'disabled' }, 'test');
    await registerChanged(platform);
    await closed;
    await expect(signIn(other)).rejects.toThrow(/Bad username or password/i);
  });
});

test('a flood waits and loses nothing', async () => {
  const client = await signIn(meter);
  const before = { ...devices.hub.counts };
  await Promise.all(
    Array.from({ length: 60 }, (_, seq) => client.publishAsync(TELEMETRY, reading(1000 + seq), { qos: 1 })),
  );
  expect(devices.hub.counts.messages - before.messages).toBe(60);
  expect(devices.hub.counts.flooded).toBeGreaterThan(before.flooded);
  await client.endAsync();
});

describeWith(MOSQUITTO)('somebody else’s broker', () => {
  test('nothing is lost or doubled while it, or we, are away', async () => {
    const directory = await temporaryDirectory();
    const broker = await startMosquitto(directory.path);
    await devices.close();
    await platform.close();
    platform = await testPlatform({
      ANJU_MQTT_URL: broker.url,
      ANJU_DEVICE_LOAD_SECONDS: '3600',
      // What is sent before we are connected must not wait in the flood gate.
      ANJU_DEVICE_MESSAGES: '1000',
    });
    devices = await startDevices(platform);
    await registerDevices(platform, [{ deviceId: 'W-1', product: 'cold-water-meter' }]);
    const gateway = await mqtt.connectAsync(
      broker.url,
      { clientId: 'gateway', clean: false, reconnectPeriod: 50 },
      false,
    );
    let seq = 0;
    const publish = (count: number): Promise<unknown> =>
      Promise.all(
        Array.from({ length: count }, () => gateway.publishAsync(TELEMETRY, reading(++seq), { qos: 1 })),
      );
    // Whether we are connected yet is not said; that the first message came is.
    await until(async () => {
      await publish(1);
      return devices.hub.counts.messages > 0;
    });
    await publish(100);
    // We are away: the broker keeps our sessions' messages.
    await devices.close();
    await publish(50);
    devices = await startDevices(platform);
    // The broker goes while messages are under way: the gateway sends again what was not acknowledged.
    const underWay = publish(200);
    await broker.restart();
    await underWay;
    await publish(10);
    const loaded = (): Promise<number> =>
      platform.warehouse.value('SELECT uniqExact(seq) FROM raw.device_reading', z.coerce.number());
    while ((await loaded()) < seq) await devices.hub.loader.load();
    expect(await platform.warehouse.value('SELECT count() FROM raw.device_reading', z.coerce.number())).toBe(
      seq,
    );
    await gateway.endAsync();
    await broker.stop();
    await directory.dispose();
  }, 400_000);
});
