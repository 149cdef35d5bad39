import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { performOperation } from '../../api/operations/index.ts';
import { closeDeviceHub, deviceHub } from '../../ingestion/devices/index.ts';
import { rollUp } from '../../ingestion/devices/load/roll-up.ts';
import { problemOf, type TestApi, testApi } from '../support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(async () => {
  await closeDeviceHub(api.platform);
  await api.close();
});

const audited = async (action: string): Promise<unknown[]> =>
  api.platform.store.db
    .selectFrom('audit_log')
    .select(['user_name', 'object', 'outcome'])
    .where('action', '=', action)
    .orderBy('audit_id')
    .execute();

describe('the register', () => {
  test('a device is added, found, changed and retired by staff, and by nobody else', async () => {
    const body = {
      deviceId: 'T-1',
      product: 'temperature-humidity-sensor',
      protocol: 'http',
      houseCode: 'H1',
    };
    const added = await api.as('staff').post('/api/devices').send(body).expect(200);
    expect(added.body).toEqual({ deviceId: 'T-1', token: expect.stringMatching(/^[\w-]{43}$/) });
    expect(problemOf(await api.as('staff').post('/api/devices').send(body))).toMatchObject({ status: 409 });
    expect(problemOf(await api.as('leader').post('/api/devices').send(body))).toMatchObject({ status: 403 });
    expect(
      problemOf(
        await api
          .as('staff')
          .post('/api/devices')
          .send({ ...body, deviceId: 'T-2', product: 'none' }),
      ),
    ).toMatchObject({ status: 400, where: { field: 'product, gatewayId' } });
    expect(
      problemOf(
        await api
          .as('staff')
          .post('/api/devices')
          .send({ ...body, deviceId: '../T' }),
      ),
    ).toMatchObject({ status: 400 });
    const one = await api.as('staff').get('/api/devices/T-1').expect(200);
    expect(one.body).toMatchObject({ houseCode: 'H1', state: 'enabled', isOnline: false, lastSeenAt: null });
    const listed = await api.as('staff').get('/api/devices?houseCode=H1&search=T-').expect(200);
    expect(listed.body).toMatchObject({ devices: [{ deviceId: 'T-1' }] });
    expect(await audited('device-add')).toEqual([
      { user_name: api.users.staff.user, object: 'T-1', outcome: 'ok' },
      { user_name: api.users.staff.user, object: 'T-1', outcome: 'refused' },
      { user_name: api.users.staff.user, object: 'T-2', outcome: 'refused' },
    ]);
  });

  test('a thing model of the staff’s own counts once it is published', async () => {
    const model = {
      product: 'water-quality',
      zh: '水质监测',
      properties: [{ name: 'turbidity', zh: '浊度', unit: 'NTU', min: 0, max: 1000, high: 1 }],
    };
    const draft = await api.as('staff').put('/api/device-products/water-quality').send(model).expect(200);
    expect(draft.body).toMatchObject({ version: 0, published: null, draft: { product: 'water-quality' } });
    expect(
      problemOf(
        await api
          .as('staff')
          .put('/api/device-products/water-quality')
          .send({ ...model, properties: [{ name: 'A; DROP', zh: 'x' }] }),
      ),
    ).toMatchObject({ status: 400 });
    const published = await api.as('staff').post('/api/device-products/water-quality/publish').expect(200);
    expect(published.body).toMatchObject({ version: 1, draft: null });
    expect(problemOf(await api.as('staff').post('/api/device-products/water-quality/publish'))).toMatchObject(
      {
        status: 404,
      },
    );
  });

  test('the command does the same', async () => {
    const context = { onProgress: () => {}, signal: new AbortController().signal };
    const perform = (name: Parameters<typeof performOperation>[1], params: unknown): Promise<unknown> =>
      performOperation(api.platform, name, params, context);
    await perform('deviceAdd', { deviceId: 'G-1', product: 'gateway' });
    expect(
      await perform('deviceAdd', {
        deviceId: 'W-1',
        product: 'gas-meter',
        protocol: 'gateway',
        gatewayId: 'G-1',
      }),
    ).toEqual({ deviceId: 'W-1', token: null });
    await expect(
      perform('deviceAdd', { deviceId: 'W-2', product: 'gas-meter', protocol: 'gateway' }),
    ).rejects.toThrow(/needs one/);
    expect(await perform('deviceState', { deviceId: 'W-1', state: 'retired' })).toMatchObject({
      state: 'retired',
    });
    await expect(perform('deviceToken', { deviceId: 'W-9' })).rejects.toThrow('There is no device W-9.');
  });
});

describe('telemetry over HTTP', () => {
  let token: string;
  beforeAll(async () => {
    token = (await api.as('staff').post('/api/devices/T-1/token').expect(200)).body.token as string;
  });
  const post = (path: string, bearer = token) =>
    api.as(null).post(`/api/devices/T-1/${path}`).set('Authorization', `Bearer ${bearer}`);
  const reading = (seq: number, temperature: number) => ({
    t: Date.now() - 1000,
    seq,
    values: { temperature },
  });

  test('is taken singly, in batches and gzipped; what is wrong stands in the answer', async () => {
    const single = await post('telemetry').send(reading(1, 20)).expect(200);
    expect(single.body).toEqual({ readings: 1, events: 0, refused: [] });
    const batch = await post('telemetry')
      .set('Content-Type', 'application/json')
      .set('Content-Encoding', 'gzip')
      .serialize((body: unknown) => body as string)
      .send(gzipSync(JSON.stringify([reading(2, 21), reading(3, 50), reading(4, 900)])) as unknown as string)
      .expect(200);
    expect(batch.body).toEqual({
      readings: 2,
      events: 1,
      refused: [
        { device: 'T-1', rule: 'out_of_range', field: 'temperature', message: 'Not between -40 and 100.' },
      ],
    });
    const loaded = await (await deviceHub(api.platform)).loader.load();
    expect(loaded).toMatchObject([{ messages: 2, landed: 4, loaded: 3, refused: 1, events: 1 }]);
    expect(
      await api.platform.warehouse.value('SELECT count() FROM raw.device_reading', z.coerce.number()),
    ).toBe(3);
  });

  test('staff see what the device said last, crossed and was refused; nobody else does', async () => {
    await rollUp(api.platform);
    const activity = await api.as('staff').get('/api/devices/T-1/activity').expect(200);
    expect(activity.body).toMatchObject({
      readings: [{ property: 'temperature', value: '50' }],
      events: [{ deviceId: 'T-1', property: 'temperature', value: '50' }],
      refusals: [{ deviceId: 'T-1', rule: 'out_of_range', field: 'temperature', messages: 1 }],
    });
    const overview = await api.as('staff').get('/api/device-overview').expect(200);
    expect(overview.body).toMatchObject({
      enabled: 2,
      events: [{ deviceId: 'T-1' }],
      refusals: [{ messages: 1 }],
    });
    expect(problemOf(await api.as('leader').get('/api/device-overview'))).toMatchObject({ status: 403 });
  });

  test('is refused without the device’s own token, and from a device that is not enabled', async () => {
    expect(problemOf(await post('telemetry', 'x').send(reading(9, 20)))).toMatchObject({ status: 401 });
    const staff = api.users.staff.token;
    expect(problemOf(await post('telemetry', staff).send(reading(9, 20)))).toMatchObject({ status: 401 });
    expect(
      problemOf(await api.as(null).post('/api/devices/W-1/telemetry').send(reading(9, 20))),
    ).toMatchObject({
      status: 401,
    });
    await api.as('staff').delete('/api/devices/T-1').expect(200);
    expect(problemOf(await post('telemetry').send(reading(9, 20)))).toMatchObject({ status: 401 });
  });
});

test('retention: what one person proposes another lets in, and the audit log has both', async () => {
  const proposal = { dataset: 'devices.device_reading', keepDays: 400, grain: 'day', reason: '存储有限' };
  const proposed = await api.as('staff').post('/api/retention/rules').send(proposal).expect(200);
  const { ruleId } = proposed.body as { ruleId: number };
  const approve = (role: 'staff' | 'administrator' | 'analyst') =>
    api.as(role).post(`/api/retention/rules/${ruleId}/approve`).send({ reason: '同意清理' });
  await approve('analyst').expect(403);
  expect(problemOf(await approve('staff').expect(403))).toMatchObject({ code: 'forbidden' });
  expect((await approve('administrator').expect(200)).body).toMatchObject({ state: 'approved' });
  const hold = { dataset: 'devices.device_reading', firstDay: '2026-01-01', reason: '纪检调查' };
  const placed = await api.as('staff').post('/api/retention/holds').send(hold).expect(200);
  const shown = (await api.as('auditor').get('/api/retention').expect(200)).body as Record<string, unknown>;
  expect(shown).toMatchObject({ rules: [{ ruleId, keepDays: 400 }], holds: [placed.body], drops: [] });
  const { body } = await api.as('auditor').get('/api/audit?limit=50').expect(200);
  const entries = (body as { entries: { action: string; outcome: string }[] }).entries;
  expect(
    entries
      .filter(({ action }) => action.startsWith('retention-'))
      .map(({ action, outcome }) => [action, outcome]),
  ).toEqual([
    ['retention-hold', 'ok'],
    ['retention-approve', 'ok'],
    ['retention-approve', 'refused'],
    ['retention-propose', 'ok'],
  ]);
});
