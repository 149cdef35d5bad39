import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { type AddressInfo, connect as connectSocket, createServer } from 'node:net';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import mqtt, { type MqttClient } from 'mqtt';
import { z } from 'zod';
import { connectBroker } from '../../ingestion/devices/broker/external.ts';
import { registerChanged, type RunningDevices, startDevices } from '../../ingestion/devices/index.ts';
import { soundLength } from '../../ingestion/devices/log/record.ts';
import { changeDevice, findDevice } from '../../ingestion/devices/registry/devices.ts';
import { type Issued, openssl, temporaryAuthority, type TemporaryAuthority } from '../support/authority.ts';
import { registerDevices, type RegisteredDevice } from '../support/devices.ts';
import { type TestPlatform, temporaryDirectory, testPlatform } from '../support/platform.ts';
import { describeWith } from '../support/servers/server.ts';
import { MOSQUITTO, type Mosquitto, startMosquitto } from '../support/servers/mosquitto-server.ts';
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
    ANJU_DEVICE_MESSAGES: '50',
    ANJU_DEVICE_FLOOD_SECONDS: '2',
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
const numbered = z.object({ seq: z.number() });
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
    Array.from({ length: 120 }, (_, seq) => client.publishAsync(TELEMETRY, reading(1000 + seq), { qos: 1 })),
  );
  expect(devices.hub.counts.messages - before.messages).toBe(120);
  expect(devices.hub.counts.flooded).toBeGreaterThan(before.flooded);
  await client.endAsync();
});

test('who floods us for too long is cut off and reported; a quiet device does not notice', async () => {
  const [loud, quiet] = (await registerDevices(platform, [
    { deviceId: 'W-3', product: 'cold-water-meter' },
    { deviceId: 'W-4', product: 'cold-water-meter' },
  ])) as [RegisteredDevice, RegisteredDevice];
  const [flooding, other] = await Promise.all([signIn(loud), signIn(quiet)]);
  const cut = closing(flooding);
  let isCut = false;
  void cut.then(() => (isCut = true));
  for (let seq = 0; seq < 2000; seq++)
    flooding.publish('anju/cold-water-meter/W-3/telemetry', reading(seq), { qos: 1 });
  let heard = 0;
  while (!isCut) {
    await other.publishAsync('anju/cold-water-meter/W-4/telemetry', reading(++heard), { qos: 1 });
    // As a quiet device does, within its own rate.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await expect(signIn(loud)).rejects.toThrow(/Server unavailable/i);
  await other.publishAsync('anju/cold-water-meter/W-4/telemetry', reading(++heard), { qos: 1 });
  await other.endAsync();
  await devices.hub.loader.load();
  const counted = z.object({ device_id: z.string(), messages: z.coerce.number() });
  expect(
    await platform.warehouse.rows(
      "SELECT device_id, sum(messages) AS messages FROM meta.device_refusal_count WHERE rule = 'flood' GROUP BY device_id",
      counted,
    ),
  ).toEqual([{ device_id: 'W-3', messages: 1 }]);
  const seen = "SELECT count() FROM raw.device_reading WHERE device_id = 'W-4'";
  expect(await platform.warehouse.value(seen, z.coerce.number())).toBe(heard);
});

test('a broker that knows nothing of sharing gives us everything', async () => {
  const broker = await Aedes.createBroker();
  const server = createServer((socket) => broker.handle(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connection = connectBroker(platform, devices.hub, {
    ...{ url, clientId: 'anju-test', share: 'anju', trust: { rejectUnauthorized: true } },
  });
  const gateway = await mqtt.connectAsync(url, { reconnectPeriod: 0 }, false);
  // The gateway's own number: others' messages that had to wait may still come in.
  const heard = z.object({ found: z.coerce.number() });
  await until(async () => {
    await gateway.publishAsync(TELEMETRY, reading(2_000_001), { qos: 1 });
    await devices.hub.loader.load();
    const [row] = await platform.warehouse.rows(
      'SELECT count() AS found FROM raw.device_reading WHERE seq = 2000001',
      heard,
    );
    // One that had to wait comes with the next, each a reading of its own time.
    return (row?.found ?? 0) > 0;
  });
  await connection.close();
  await gateway.endAsync();
  await new Promise<void>((resolve) => broker.close(resolve));
  server.close();
});

describeWith(openssl && MOSQUITTO)('somebody else’s broker', () => {
  let directory: { path: string; dispose: () => Promise<void> };
  let authority: TemporaryAuthority;
  let own: Issued;
  let broker: Mosquitto;
  beforeAll(async () => {
    [directory, authority] = await Promise.all([temporaryDirectory(), temporaryAuthority()]);
    own = await authority.issue('anju', ['DNS:localhost']);
    broker = await startMosquitto(directory.path, await authority.issue('broker', ['DNS:localhost']));
  });
  afterAll(async () => {
    await broker.stop();
    await Promise.all([directory.dispose(), authority.dispose()]);
  });

  test('shares its messages between processes, each going to one of them', async () => {
    /** Of each process the numbers it heard. */
    const heard: number[][] = [[], []];
    const hubOf = (process: number): Parameters<typeof connectBroker>[1] => ({
      directory: devices.hub.directory,
      onReload: (tell) => devices.hub.onReload(tell),
      receive: (arrived) => {
        heard[process]?.push(numbered.parse(JSON.parse(String(arrived.payload))).seq);
        return devices.hub.receive(arrived);
      },
    });
    const connections = heard.map((_none, process) =>
      connectBroker(platform, hubOf(process), {
        ...{ url: broker.url, clientId: `anju-${process}`, share: 'anju' },
        trust: { rejectUnauthorized: true },
      }),
    );
    const gateway = await mqtt.connectAsync(broker.url, { reconnectPeriod: 0 }, false);
    let seq = 0;
    const publish = (count: number): Promise<unknown> =>
      Promise.all(
        Array.from({ length: count }, () => gateway.publishAsync(TELEMETRY, reading(++seq), { qos: 1 })),
      );
    await until(async () => {
      await publish(2);
      return heard.every((numbers) => numbers.length > 0);
    });
    // Both listen now: of what is published next, each number comes to one of them, and some come to either.
    const before = seq;
    await publish(100);
    const later = (): number[][] => heard.map((numbers) => numbers.filter((number) => number > before));
    await until(() => new Set(later().flat()).size === 100);
    await Promise.all(connections.map((connection) => connection.close()));
    expect(later().flat()).toHaveLength(100);
    expect(Math.min(...later().map(({ length }) => length))).toBeGreaterThan(10);
    await gateway.endAsync();
  });

  test('nothing is lost or doubled while it, or we, are away', async () => {
    await devices.close();
    await platform.close();
    platform = await testPlatform({
      ANJU_MQTT_URL: broker.secureUrl,
      ...{
        ANJU_MQTT_CA_FILE: own.caFile,
        ANJU_MQTT_CERT_FILE: own.certFile,
        ANJU_MQTT_KEY_FILE: own.keyFile,
      },
      ANJU_MQTT_PORT: '0',
      ...{ ANJU_MQTT_TLS_CERT: own.certFile, ANJU_MQTT_TLS_KEY: own.keyFile },
      ANJU_DEVICE_LOAD_SECONDS: '3600',
      // What is sent before we are connected must not wait in the flood gate.
      ANJU_DEVICE_MESSAGES: '1000',
    });
    devices = await startDevices(platform);
    const [registered] = await registerDevices(platform, [{ deviceId: 'W-1', product: 'cold-water-meter' }]);
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
    // Whether we are connected yet is not said; that a message came is. What was sent before that nobody had asked for.
    await until(async () => {
      await publish(1);
      return devices.hub.counts.messages > 0;
    });
    const unasked = seq;
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
    const loaded = (what: string): Promise<number> =>
      platform.warehouse.value(
        `SELECT ${what} FROM raw.device_reading WHERE seq > ${unasked}`,
        z.coerce.number(),
      );
    await until(async () => {
      await devices.hub.loader.load();
      return (await loaded('uniqExact(seq)')) === seq - unasked;
    });
    expect(await loaded('count()')).toBe(seq - unasked);
    await gateway.endAsync();

    // The embedded broker of the same process speaks TLS alone.
    const url = `mqtts://localhost:${devices.mqttPort}`;
    const account = {
      clientId: 'W-1',
      username: 'W-1',
      password: registered?.token ?? '',
      reconnectPeriod: 0,
    };
    const device = await mqtt.connectAsync(url, { ...account, ca: await readFile(own.caFile) }, false);
    await device.publishAsync(TELEMETRY, reading(++seq), { qos: 1 });
    await device.endAsync();
    await expect(mqtt.connectAsync(url, account, false)).rejects.toThrow(/certificate/);
    const plain = connectSocket(devices.mqttPort ?? 0, '127.0.0.1');
    plain.on('error', () => undefined);
    const closed = once(plain, 'close');
    plain.write(Buffer.from([0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 0]));
    await closed;
  }, 400_000);
});
