import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { appendFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { closeDeviceHub, deviceHub, registerChanged } from '../../ingestion/devices/index.ts';
import type { MessageKind } from '../../ingestion/devices/gateway/topic.ts';
import type { Message } from '../../ingestion/devices/log/record.ts';
import { draftProduct, publishProduct } from '../../ingestion/devices/registry/products.ts';
import type { Grain, RetentionDataset } from '../../ingestion/retention/datasets.ts';
import { decideRule, placeHold, proposeRule, releaseHold, rules } from '../../ingestion/retention/rules.ts';
import { verifyStatement } from '../../ingestion/retention/statement.ts';
import { shippedThingModels } from '../../ingestion/devices/thing-models/shipped.ts';
import { registerDevices, reopenedHub } from '../support/devices.ts';
import { instanceKey } from '../../warehouse/instance-keys.ts';
import { temporaryDirectory, type TestPlatform, testPlatform } from '../support/platform.ts';

let platform: TestPlatform;
const HOUR = 3_600_000;
/** The beginning of an hour, some hours ago: no test falls across a border by chance. */
const start = Math.floor(Date.now() / HOUR) * HOUR - 6 * HOUR;

beforeAll(async () => {
  platform = await testPlatform();
  await registerDevices(platform, [
    { deviceId: 'GW-1', product: 'gateway' },
    { deviceId: 'W-1', product: 'cold-water-meter', meterNo: 'W0001', houseCode: 'H1' },
    { deviceId: 'W-2', product: 'cold-water-meter', protocol: 'gateway', gatewayId: 'GW-1' },
    { deviceId: 'T-1', product: 'temperature-humidity-sensor', protocol: 'http' },
  ]);
});
afterAll(async () => {
  await closeDeviceHub(platform);
  await platform.close();
});

async function send(
  source: string,
  body: unknown,
  kind: MessageKind = 'telemetry',
  at = Date.now(),
): Promise<Message> {
  const hub = await deviceHub(platform);
  return hub.receive({ source, kind, payload: Buffer.from(JSON.stringify(body)), receivedAt: at });
}

const load = async () => (await deviceHub(platform)).loader.load();
const rows = (sql: string): Promise<Record<string, unknown>[]> =>
  platform.warehouse.rows(sql, z.record(z.string(), z.unknown()));

describe('readings', () => {
  test('come in every form, enter once, and the account of a segment is whole', async () => {
    const reading = { t: start + 1000, seq: 1, values: { volume: 12.5, battery: 90 } };
    await send('W-1', reading);
    await send('W-1', [
      reading,
      { t: new Date(start + 2000).toISOString(), seq: 2, values: { volume: 12.75 } },
    ]);
    await send('GW-1', {
      columns: ['device', 't', 'seq', 'volume', 'battery'],
      rows: [
        ['W-2', start + 3000, 1, 99999.999, null],
        ['W-2', start + 4000, 2, 0.001, 15],
      ],
    });
    const first = await load();
    expect(first).toMatchObject([
      { messages: 3, landed: 8, loaded: 6, duplicates: 2, refused: 0, events: 1 },
    ]);
    await send('W-1', reading);
    expect(await load()).toMatchObject([{ landed: 2, loaded: 0, duplicates: 2 }]);
    expect(
      await rows(
        `SELECT device_id, property, toUnixTimestamp64Milli(event_time) - ${start} AS at, seq, toString(value) AS value, source
         FROM raw.device_reading ORDER BY device_id, property, event_time`,
      ),
    ).toEqual([
      { device_id: 'W-1', property: 'battery', at: '1000', seq: '1', value: '90', source: 'W-1' },
      { device_id: 'W-1', property: 'volume', at: '1000', seq: '1', value: '12.5', source: 'W-1' },
      { device_id: 'W-1', property: 'volume', at: '2000', seq: '2', value: '12.75', source: 'W-1' },
      { device_id: 'W-2', property: 'battery', at: '4000', seq: '2', value: '15', source: 'GW-1' },
      { device_id: 'W-2', property: 'volume', at: '3000', seq: '1', value: '99999.999', source: 'GW-1' },
      { device_id: 'W-2', property: 'volume', at: '4000', seq: '2', value: '0.001', source: 'GW-1' },
    ]);
  });

  test('beyond a threshold are kept and are an event; an event told by the device is one too', async () => {
    await send('T-1', { t: start + 1000, seq: 1, values: { temperature: 46.5, humidity: 40 } });
    await send('W-1', { t: start + 5000, seq: 9, event: 'burst', detail: { flow: 4 } }, 'event');
    await send('W-1', { t: start + 5000, seq: 9, event: 'burst', detail: { flow: 4 } }, 'event');
    await load();
    expect(
      await rows(
        `SELECT device_id, event, property, level, toString(value) AS value, toString(threshold) AS threshold, detail
         FROM raw.device_event WHERE device_id != 'W-2' ORDER BY device_id`,
      ),
    ).toEqual([
      {
        device_id: 'T-1',
        event: 'over_limit',
        property: 'temperature',
        level: 'warning',
        value: '46.5',
        threshold: '45',
        detail: '',
      },
      {
        device_id: 'W-1',
        event: 'burst',
        property: '',
        level: 'alarm',
        value: '0',
        threshold: '0',
        detail: '{"flow":4}',
      },
    ]);
  });

  test('that cannot be are set aside with their rule, the rest of the message is taken', async () => {
    const now = Date.now();
    const message = await send('W-1', [
      { t: start + 9000, values: { volume: 13, colour: 1 } },
      { t: start + 9000, values: { volume: -1, valve: 'ajar' } },
      { t: now - 40 * 24 * HOUR, values: { volume: 1 } },
      { t: now + HOUR, values: { volume: 1 } },
      { t: 'yesterday', values: { volume: 1 } },
      { t: start + 9000, seq: -1, values: { volume: 1 } },
      { t: start + 9000, device: 'W-2', values: { volume: 1 } },
      { t: start + 9000, device: 'W-9', values: { volume: 1 } },
      { t: start + 9000, values: { volume: '13' } },
    ]);
    expect(message.readings).toHaveLength(1);
    expect(message.refusals.map((one) => one.rule)).toEqual([
      'unknown_property',
      'out_of_range',
      'bad_value',
      'time_out_of_range',
      'time_out_of_range',
      'bad_time',
      'bad_seq',
      'not_its_gateway',
      'unknown_device',
      'bad_value',
    ]);
    const hub = await deviceHub(platform);
    for (const payload of ['{"t":', '[1]', '{"columns":["volume"],"rows":[]}', '\u0000', ' '.repeat(300_000)])
      await hub.receive({ source: 'W-1', kind: 'telemetry', payload: Buffer.from(payload), receivedAt: now });
    expect(await load()).toMatchObject([{ messages: 6, landed: 16, loaded: 1, refused: 15 }]);
    expect(
      await rows(
        'SELECT rule, sum(messages) AS n FROM meta.device_refusal_count GROUP BY rule ORDER BY rule',
      ),
    ).toEqual([
      { rule: 'bad_form', n: '2' },
      { rule: 'bad_json', n: '2' },
      { rule: 'bad_seq', n: '1' },
      { rule: 'bad_time', n: '1' },
      { rule: 'bad_value', n: '2' },
      { rule: 'not_its_gateway', n: '1' },
      { rule: 'out_of_range', n: '1' },
      { rule: 'time_out_of_range', n: '2' },
      { rule: 'too_large', n: '1' },
      { rule: 'unknown_device', n: '1' },
      { rule: 'unknown_property', n: '1' },
    ]);
  });
});

test('aggregates are those of the readings, however often and however late they come', async () => {
  const at = (minute: number): number => start + HOUR + minute * 60_000;
  const values = [
    [0, 20],
    [14, 22],
    [15, 19.5],
    [59, 30],
    [60, 31],
  ] as const;
  const body = values.map(([minute, temperature], index) => ({
    t: at(minute),
    seq: index,
    values: { temperature },
  }));
  const { loader } = await deviceHub(platform);
  await send('T-1', body);
  await load();
  await loader.rollUp();
  await send('T-1', body);
  await send('T-1', { t: at(7), seq: 99, values: { temperature: 10.000001 } });
  await load();
  expect(await loader.rollUp()).toBe(4);
  expect(await loader.rollUp()).toBe(0);
  const of = (table: string): Promise<Record<string, unknown>[]> =>
    rows(
      `SELECT (toUnixTimestamp(period) - ${at(0) / 1000}) / 60 AS minute, readings, toString(lowest) AS lowest, toString(highest) AS highest,
         toString(total) AS total, toString(first) AS first, toString(last) AS last
       FROM raw.${table} FINAL WHERE device_id = 'T-1' AND property = 'temperature' AND period >= toDateTime(${at(0) / 1000}) ORDER BY period`,
    );
  expect(await of('device_quarter')).toEqual([
    {
      minute: 0,
      readings: '3',
      lowest: '10.000001',
      highest: '22',
      total: '52.000001',
      first: '20',
      last: '22',
    },
    {
      minute: 15,
      readings: '1',
      lowest: '19.5',
      highest: '19.5',
      total: '19.5',
      first: '19.5',
      last: '19.5',
    },
    { minute: 45, readings: '1', lowest: '30', highest: '30', total: '30', first: '30', last: '30' },
    { minute: 60, readings: '1', lowest: '31', highest: '31', total: '31', first: '31', last: '31' },
  ]);
  expect(await of('device_hour')).toEqual([
    {
      minute: 0,
      readings: '5',
      lowest: '10.000001',
      highest: '30',
      total: '101.500001',
      first: '20',
      last: '30',
    },
    { minute: 60, readings: '1', lowest: '31', highest: '31', total: '31', first: '31', last: '31' },
  ]);
  expect(
    await rows(
      `SELECT (SELECT sum(readings) FROM raw.device_day FINAL) AS days, (SELECT count() FROM raw.device_reading) AS readings,
         (SELECT toString(sum(total)) FROM raw.device_day FINAL) = (SELECT toString(sum(value)) FROM raw.device_reading) AS same`,
    ),
  ).toEqual([{ days: '15', readings: '15', same: 1 }]);
});

test('what was acknowledged is loaded after a restart; what was half written is cut off', async () => {
  await send('W-1', { t: start + 20_000, seq: 20, values: { volume: 20 } });
  await closeDeviceHub(platform);
  const directory = join(platform.config.home, 'devices', 'log');
  const [segment = ''] = await readdir(directory);
  // The beginning of a record that the power cut ended.
  await appendFile(join(directory, segment), Buffer.from([200, 0, 0, 0, 1, 2, 3, 4, 5, 6]));
  await reopenedHub(platform);
  expect(await load()).toMatchObject([{ segment: Number(segment.slice(0, 15)), loaded: 1, duplicates: 0 }]);
  expect(await readdir(directory)).toEqual([]);
});

test('a published thing model counts at once, a draft does not', async () => {
  const model = shippedThingModels.find((one) => one.product === 'temperature-humidity-sensor');
  if (model === undefined) throw new Error('not shipped');
  const light = { name: 'light', zh: '光照', unit: 'lx', type: 'number', level: 'warning' } as const;
  await draftProduct(platform.store, { ...model, properties: [...model.properties, light] }, 'test');
  await registerChanged(platform);
  const body = { t: start + 30_000, seq: 30, values: { light: 300 } };
  expect((await send('T-1', body)).refusals).toMatchObject([{ rule: 'unknown_property' }]);
  expect(await publishProduct(platform.store, model.product, 'test')).toBe(2);
  await registerChanged(platform);
  expect((await send('T-1', body)).readings).toHaveLength(1);
});

test('a device is online while it is heard, and each turn is an event', async () => {
  const hub = await deviceHub(platform);
  const now = Date.now();
  await send('T-1', {}, 'heartbeat', now);
  await hub.watch(now);
  const standing = async () =>
    platform.store.db
      .selectFrom('device')
      .select(['is_online', 'last_seen_at'])
      .where('device_id', '=', 'T-1')
      .execute();
  expect(await standing()).toEqual([{ is_online: true, last_seen_at: new Date(now) }]);
  // Three missed beats of half an hour, and a second.
  await hub.watch(now + 3 * 1800_000 + 1000);
  expect(await standing()).toEqual([{ is_online: false, last_seen_at: new Date(now) }]);
  await load();
  expect(
    await rows(
      `SELECT event FROM raw.device_event WHERE device_id = 'T-1' AND event LIKE '%line' ORDER BY event_time`,
    ),
  ).toEqual([{ event: 'online' }, { event: 'offline' }]);
});

describe('retention', () => {
  const later = Date.now() + 70 * 24 * HOUR;
  const retain = async () => (await deviceHub(platform)).loader.retain(later);
  const left = async (level: string) =>
    Number((await rows(`SELECT count() AS n FROM raw.device_${level}`))[0]?.n);
  const [ann, ben] = ['ann', 'ben'];
  const agreed = async (dataset: RetentionDataset, grain: Grain) => {
    const proposal = { dataset, grain, keepDays: 36, reason: '存储有限' };
    const { rule_id: id } = await proposeRule(platform.store, proposal, { by: ann, lateDays: 35 });
    const reason = '同意';
    await expect(decideRule(platform.store, id, 'approved', { by: ann, reason })).rejects.toMatchObject({
      code: 'forbidden',
    });
    return decideRule(platform.store, id, 'approved', { by: ben, reason });
  };

  test('a rule contradicts nothing, and takes two persons', async () => {
    const proposal = {
      dataset: 'devices.device_reading',
      grain: 'day',
      keepDays: 36,
      reason: '存储',
    } as const;
    const who = { by: ann, lateDays: 35 };
    await expect(proposeRule(platform.store, { ...proposal, keepDays: 35 }, who)).rejects.toMatchObject({
      where: { field: 'keepDays' },
    });
    const upward = { ...proposal, dataset: 'devices.device_hour', grain: 'quarter' } as const;
    await expect(proposeRule(platform.store, upward, who)).rejects.toMatchObject({
      where: { field: 'grain' },
    });
    expect(await retain()).toEqual([]);
    const first = await agreed('devices.device_reading', 'hour');
    const second = await agreed('devices.device_reading', 'day');
    expect((await rules(platform.store)).map(({ rule_id, state }) => [rule_id, state])).toEqual([
      [second.rule_id, 'approved'],
      [first.rule_id, 'retired'],
    ]);
    const again = { by: ben, reason: 'zwei' };
    await expect(decideRule(platform.store, second.rule_id, 'rejected', again)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test('what is held, not in the aggregates, or holds for a finer level stays; the rest goes by whole partitions', async () => {
    await agreed('devices.device_quarter', 'day');
    await (await deviceHub(platform)).loader.rollUp();
    const span = { firstDay: null, lastDay: null };
    const hold = await placeHold(platform.store, 'devices.device_reading', span, { by: ann, reason: '审计' });
    const readings = await left('reading');
    expect(readings).toBeGreaterThan(0);
    for (const { dataset, keptFor } of await retain())
      expect(keptFor).toBe(dataset === 'devices.device_reading' ? 'held' : 'finer_level_there');
    expect(await left('reading')).toBe(readings);
    await releaseHold(platform.store, hold.hold_id, { by: ben, reason: '审计完成' });

    await send('W-1', { t: start + 9000, seq: 900, values: { volume: 12 } });
    await load();
    expect((await retain()).filter(({ keptFor }) => keptFor === 'not_aggregated')).toHaveLength(1);
    expect(await left('reading')).toBeGreaterThan(0);

    await (await deviceHub(platform)).loader.rollUp();
    const dealt = await retain();
    expect(dealt.map(({ keptFor }) => keptFor)).toEqual(dealt.map(() => null));
    expect(await left('reading')).toBe(0);
    expect(await left('quarter')).toBe(0);
    expect(await left('day')).toBeGreaterThan(0);
    expect(await retain()).toEqual([]);
    const drops = await platform.store.db.selectFrom('retention_drop').selectAll().execute();
    expect(drops.every(({ dropped_at }) => dropped_at !== null)).toBe(true);
    const gone = drops.filter(({ dataset }) => dataset === 'devices.device_reading');
    expect(gone.reduce((sum, { rows_dropped }) => sum + rows_dropped, 0)).toBe(readings + 1);
    const signed = await text(await platform.objects.open(gone[0]?.object_key ?? ''));
    const directory = await temporaryDirectory();
    const file = join(directory.path, 'statement.json');
    await writeFile(file, signed);
    const { publicKey } = await instanceKey(platform.config.home);
    expect(await verifyStatement(file, publicKey)).toMatchObject({
      problems: [],
      statement: { rule: { proposedBy: ann, approvedBy: ben, heldBy: 'day' } },
    });
    await writeFile(file, signed.replace(ben, ann));
    expect((await verifyStatement(file, publicKey))?.problems).toEqual([
      'The signature does not fit: the statement was changed, or signed with another key.',
    ]);
    await writeFile(file, signed.slice(0, -40));
    await expect(verifyStatement(file, publicKey)).rejects.toMatchObject({ code: 'bad_request' });
    await directory.dispose();
  });
});
