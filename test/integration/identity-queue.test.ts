/** Doubts about dwellings and enterprises: asked by agency, decided, put off, remembered, undone; what moves is an event. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decidedFiles } from '../../pipelines/linkage/decided.ts';
import { tellEntityEvents } from '../../pipelines/linkage/entity-events.ts';
import { eventsHappened } from '../../pipelines/linkage/persons/store.ts';
import { testApi, type TestApi } from '../support/api.ts';

let api: TestApi;
const DATASET = 'property.house_survey';
const QUEUE = '/api/identity/queue?entity=dwelling';
const pair = { entity: 'dwelling', a: `${DATASET}:S1`, b: 'house:H2' };

/** The links as the model would have them: S1 may also mean H2. */
async function links(s1: string, others = "['H2']", s2 = "'d1'"): Promise<void> {
  await api.platform.warehouse.run(
    `CREATE OR REPLACE TABLE base.dwelling_link ENGINE = MergeTree ORDER BY record_key AS
     SELECT '${DATASET}' AS source_dataset, 'S1' AS record_key, ${s1} AS dwelling_id, ${others} AS other_houses, 'decided' AS how, '' AS said_code, '' AS house_code
     UNION ALL SELECT '${DATASET}', 'S2', ${s2}, CAST([], 'Array(String)'), 'house_code', '', ''
     UNION ALL SELECT 'property.house_registry', 'H2', 'd2', CAST([], 'Array(String)'), 'house_code', 'H2', 'H2'`,
  );
}
beforeAll(async () => {
  api = await testApi();
  await links("'d1'");
  const place = (dataset: string, key: string, house: string, compound: string): string =>
    `('${dataset}', '${key}', '${house}', '', '', '安澜区', '', '', '', '${compound}', '3', '', '501', '安澜区${compound}3栋501室')`;
  await api.platform.warehouse.run(
    `CREATE OR REPLACE TABLE base.dwelling_record (source_dataset String, record_key String, house_code String, unit_code String, contract_no String, district String,
       street String, road String, road_number String, compound String, building String, unit String, room String, address String)
     ENGINE = MergeTree ORDER BY record_key AS SELECT * FROM VALUES(${place(DATASET, 'S1', '', '阀门厂宿舍')}, ${place('property.house_registry', 'H2', 'H2', '安居家园')})`,
  );
  await api.platform.warehouse.run(
    `CREATE OR REPLACE TABLE base.address_alias (said_district String, said_compound String, said_building String, means_district String, means_compound String, means_building String) ENGINE = MergeTree ORDER BY said_compound`,
  );
});
afterAll(() => api.close());

test('a doubt is shown masked by agency, put off behind the others, and shown whole only with a reason', async () => {
  const { body } = await api.as('staff').get(QUEUE).expect(200);
  expect(body.pairs).toEqual([{ ...pair, weight: null, later: null, agency: expect.stringMatching(/./) }]);
  expect(body.agencies).toEqual([{ agency: body.pairs[0].agency, waiting: 1, later: 0, decided: 0 }]);
  await api.as('analyst').get(QUEUE).expect(403);
  const masked = (await api.as('staff').post('/api/identity/pair').send(pair).expect(200)).body;
  const field = (name: string, of = masked) => of.fields.find((one: { name: string }) => one.name === name);
  expect(field('compound')).toMatchObject({ a: '阀门厂宿舍', b: '安居家园', level: 'different' });
  expect(field('room')).toMatchObject({ level: 'equal' });
  expect(field('address').a).toContain('*');
  expect(masked).toMatchObject({ same: false, sum: null, decisions: [], events: [] });
  expect(masked.rules).toContainEqual({
    ...{
      rule: 'address',
      holds: false,
      failed: [
        { comparison: 'road_number', level: 'neither says' },
        { comparison: 'compound', level: 'different' },
      ],
    },
  });
  await api.as('staff').post('/api/identity/pair/reveal').send(pair).expect(400);
  const whole = (
    await api
      .as('staff')
      .post('/api/identity/pair/reveal')
      .send({ ...pair, reason: '核对原件' })
      .expect(200)
  ).body;
  expect(field('address', whole)).toMatchObject({ a: '安澜区阀门厂宿舍3栋501室', isMasked: false });
  await api
    .as('staff')
    .post('/api/identity/later')
    .send({ ...pair, reason: '等产权处回复' })
    .expect(200);
  const after = (await api.as('staff').get(QUEUE).expect(200)).body;
  expect(after).toMatchObject({ pairs: [{ later: '等产权处回复' }], agencies: [{ waiting: 0, later: 1 }] });
  const nothing = { entity: 'dwelling', a: 'house:H1', b: 'person:1', verdict: 'same', reason: 'mixed up' };
  await api.as('staff').post('/api/identity/decisions').send(nothing).expect(400);
});

test('decided and remembered it is a seed of every run, and its move an event; undone, both are gone', async () => {
  const { store } = api.platform;
  expect(await decidedFiles(store)).toEqual([]);
  await tellEntityEvents(api.platform, new Set(['dwelling_link']));
  const decision = { ...pair, verdict: 'same', reason: '产权处确认', remember: true };
  const { decisionId, aliasId } = (
    await api.as('staff').post('/api/identity/decisions').send(decision).expect(200)
  ).body;
  const seeds = new Map((await decidedFiles(store)).map(({ path, content }) => [path, content]));
  expect(seeds.get('seeds/decided_dwelling.csv')).toContain(
    `"${DATASET}","S1","","H2","same","${decisionId}"`,
  );
  expect(seeds.get('seeds/decided_address_alias.csv')).toContain(
    '"安澜区","阀门厂宿舍","","安居家园"'.replace('"","安居', '"","安澜区","安居'),
  );
  expect((await api.as('staff').get(QUEUE).expect(200)).body).toMatchObject({
    total: 0,
    agencies: [{ decided: 1 }],
  });
  await links("'d2'", "CAST([], 'Array(String)')");
  expect(await tellEntityEvents(api.platform, new Set(['dwelling_link']))).toBe(1);
  expect(await tellEntityEvents(api.platform, new Set(['dwelling_link']))).toBe(0);
  const [event] = await eventsHappened(store, 1);
  expect(event).toMatchObject({
    ...{ entity: 'dwelling', kind: 'split', from_id: 'd1', to_id: 'd2' },
    ...{ records: [`${DATASET}:S1`], author: `decision ${decisionId}` },
    evidence: [{ comparison: 'decided', level: '1 records', weight: 0 }],
  });
  await api
    .as('staff')
    .post(`/api/identity/decisions/${decisionId}/undo`)
    .send({ reason: '看错了房号' })
    .expect(200);
  await api
    .as('staff')
    .post(`/api/identity/aliases/${aliasId}/undo`)
    .send({ reason: '看错了房号' })
    .expect(200);
  expect(await decidedFiles(store)).toEqual([]);
});

test('two codes decided to be one: the event names who decided, though no record is named', async () => {
  const { store } = api.platform;
  const id = (code: string): string => `lower(hex(sipHash128('dwelling', '${code}')))`;
  const none = "CAST([], 'Array(String)')";
  await links(id('H8'), none, id('H9'));
  await tellEntityEvents(api.platform, new Set(['dwelling_link']));
  const codes = { entity: 'dwelling', a: 'house:H8', b: 'house:H9', verdict: 'same', reason: '一房两码' };
  const { decisionId } = (await api.as('staff').post('/api/identity/decisions').send(codes).expect(200)).body;
  await links(id('H8'), none, id('H8'));
  expect(await tellEntityEvents(api.platform, new Set(['dwelling_link']))).toBe(1);
  const [event] = await eventsHappened(store, 1);
  expect(event).toMatchObject({
    ...{ kind: 'merge', records: [`${DATASET}:S2`], author: `decision ${decisionId}` },
    evidence: [{ comparison: 'house_code', level: '1 records' }],
  });
});
