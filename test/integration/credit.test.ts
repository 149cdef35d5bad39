/** Credit over rows written by hand: who sees which party, that a score is the sum of its entries, and that a black list takes decided cases and two persons. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { listedSchema, partySchema, rankingSchema } from '../../api/credit-shapes.ts';
import { indicatorsSchema, indicatorVersionSchema } from '../../api/credit-indicator-shapes.ts';
import { operations } from '../../api/operations/index.ts';
import { problemOf, type TestApi, testApi } from '../support/api.ts';

const EAST = '439901';
const WEST = '439902';
const [DECIDED, OPEN] = ['c'.repeat(32), 'd'.repeat(32)] as [string, string];
const context = { onProgress: () => undefined, signal: new AbortController().signal };
let api: TestApi;

beforeAll(async () => {
  api = await testApi();
  const { warehouse, store } = api.platform;
  const table = (name: string, select: string) =>
    warehouse.run(`CREATE TABLE ${name} ENGINE = Memory AS ${select}`);
  for (const database of ['base', 'mart_credit'])
    await warehouse.run(`CREATE DATABASE IF NOT EXISTS ${database}`);
  await table(
    'base.application',
    "SELECT arrayJoin(['A1', 'A2']) AS application_no, 'p1' AS applicant_person_id",
  );
  await table(
    'base.person',
    "SELECT 'p1' AS person_id, '张晓明' AS person_name, '439901198001010011' AS id_number",
  );
  await table(
    'mart_credit.score',
    `SELECT one.1 AS party_kind, one.2 AS party_id, CAST(one.3, 'Nullable(String)') AS enterprise_name, toDecimal64(one.4, 2) AS score,
       one.5 AS grade, one.6 AS grade_zh, toUInt32(one.7) AS place, toUInt32(one.8) AS entries, toUInt32(one.9) AS cases,
       one.10 AS district_code, '区' AS district_name, concat(one.10, '001') AS street_code, '街' AS street_name, '' AS community_code
     FROM (SELECT arrayJoin([
       ('tenant', 'A1', '', '79.00', 'B', '良', 2, 2, 1, '${EAST}'), ('tenant', 'A2', '', '100.00', 'A', '优', 1, 0, 0, '${WEST}'),
       ('enterprise', 'E1', '安居运营公司', '98.50', 'A', '优', 1, 1, 0, '${WEST}')]) AS one)`,
  );
  await table(
    'mart_credit.entry',
    `SELECT 'tenant' AS party_kind, 'A1' AS party_id, one.1 AS indicator, one.1 AS indicator_zh, one.2 AS event, one.3 AS event_key, '' AS event_zh,
       CAST(if(one.2 = 'start', NULL, '2026-10-01'), 'Nullable(Date32)') AS happened_on, CAST(NULL, 'Nullable(Date32)') AS ends_on,
       toDecimal64(one.4, 2) AS points
     FROM (SELECT arrayJoin([('start', 'start', '', '100.00'), ('tenant_sublet', 'case:sublet', '${DECIDED}-1', '-20.00'),
       ('tenant_late_rent', 'late_bill', 'B1', '-1.00')]) AS one)`,
  );
  const found = (violation_id: string, state: 'closed' | 'new') => ({
    ...{
      violation_id,
      state,
      rule: 'sublet',
      rule_zh: '疑似转租',
      family: 'dwelling',
      level: 'high' as const,
    },
    ...{ object_kind: 'dwelling', object_key: 'D1', project_id: '', enterprise_id: '', place_zh: '' },
    ...{ district_code: EAST, street_code: '', community_code: '', evidence_zh: '', since: '2026-09-01' },
    ...{ first_found: '2026-10-01', last_found: '2026-10-01', due_on: '2026-10-15', found_run: 'r' },
    ...{ cleared_on: null, escalated_on: null },
  });
  await store.db
    .insertInto('alert_case')
    .values([found(DECIDED, 'closed'), found(OPEN, 'new')])
    .execute();
  await told('close');
});
/** What became of the decided case next. */
const told = (kind: string) =>
  api.platform.store.db
    .insertInto('alert_case_event')
    .values({ violation_id: DECIDED, kind, author: 'zhang', since: '2026-09-01', enterprise_id: '' })
    .execute();
afterAll(() => api.close());

const ranking = async (query: string) =>
  rankingSchema.parse((await api.as('staff').get(`/api/credit?${query}`).expect(200)).body);
const confine = (division: string) =>
  api.platform.store.db
    .updateTable('app_user')
    .set({ scope_division: division })
    .where('user_name', '=', api.users.staff.user)
    .execute();

describe('scores', () => {
  test('rank parties of a kind, persons masked; worst first only of those with decided violations', async () => {
    const best = await ranking('party=tenant');
    expect(best.rows.map(({ partyId, place }) => [partyId, place])).toEqual([
      ['A2', 1],
      ['A1', 2],
    ]);
    expect(best.rows[1]?.name).toBe('A1 · 张*明 · 439***********0011');
    expect(best.grades.map(({ grade, parties }) => [grade, parties])).toEqual([
      ['A', 1],
      ['B', 1],
    ]);
    expect((await ranking('party=tenant&list=worst')).rows.map(({ partyId }) => partyId)).toEqual(['A1']);
    expect((await ranking('party=enterprise&grade=A')).rows.map(({ name }) => name)).toEqual([
      '安居运营公司',
    ]);
  });

  test('are the sum of their entries', async () => {
    const { body } = await api.as('leader').get('/api/credit/tenant/A1').expect(200);
    const { score, entries } = partySchema.parse(body);
    expect(entries.reduce((sum, { points }) => sum + points, 0)).toBe(score.score);
    expect(entries[0]).toMatchObject({ event: 'start', points: 100 });
  });

  test('of another district are nobody’s there; analysts and nobody see none', async () => {
    await confine(WEST);
    expect((await ranking('party=tenant')).rows.map(({ partyId }) => partyId)).toEqual(['A2']);
    expect(problemOf(await api.as('staff').get('/api/credit/tenant/A1').expect(404))).toMatchObject({
      code: 'not_found',
    });
    await confine('');
    await api.as('analyst').get('/api/credit?party=tenant').expect(403);
    await api.as(null).get('/api/credit?party=tenant').expect(401);
  });
});

describe('indicators', () => {
  const indicators = {
    post: (path: string, body: object, role: 'staff' | 'leader' = 'staff') =>
      api.as(role).post(`/api/credit/indicators${path}`).send(body),
  };
  const own = {
    ...{ indicator: 'late_by_far', zh: '严重迟付', party: 'tenant', of: ['case:pets'], points: -2 },
    ...{ most: 10, days: 90 },
  };

  test('are data staff write, refused where they count nothing or something twice', async () => {
    const { body } = await api.as('leader').get('/api/credit/indicators').expect(200);
    const told = indicatorsSchema.parse(body).indicators;
    expect(told.every(({ origin }) => origin === 'shipped')).toBe(true);
    expect(told.find(({ definition }) => definition.indicator === 'enterprise_letting')?.costs).toEqual([
      { event: 'case:let_without_contract', points: -10 },
      { event: 'case:rent_over_limit', points: -5 },
    ]);
    const definition = { indicator: own };
    await indicators.post('', { definition, reason: '试用' }, 'leader').expect(403);
    expect(problemOf(await indicators.post('', { definition, reason: '试用' }).expect(400))).toMatchObject({
      where: { field: 'indicator.of' },
    });
    const twice = { indicator: { ...own, of: ['late_bill'] } };
    expect(
      problemOf(await indicators.post('', { definition: twice, reason: '试用' }).expect(400)).detail,
    ).toContain('tenant_late_rent');
    await confine(EAST);
    await indicators.post('', { definition: { off: 'tenant_late_rent' }, reason: '试用' }).expect(403);
    await confine('');
    const drafted = await indicators
      .post('', { definition: { off: 'tenant_late_rent' }, reason: '试用' })
      .expect(200);
    const { ruleId } = indicatorVersionSchema.parse(drafted.body);
    // Nothing is let in untried; versions and what became of them stay to be read.
    await indicators.post(`/${ruleId}/activate`, { reason: '已核' }).expect(409);
    await indicators.post(`/${ruleId}/retire`, { reason: '不用了' }).expect(200);
    const events = await api.as('leader').get(`/api/credit/indicators/${ruleId}/events`).expect(200);
    expect(events.body).toMatchObject({ events: [{ state: 'draft' }, { state: 'retired' }] });
    const { versions } = await operations['credit-indicators'].run(api.platform, {}, context);
    expect(versions).toMatchObject([{ indicator: 'tenant_late_rent', state: 'retired' }]);
  });
});

describe('a black list', () => {
  const put = (cases: string[], role: 'staff' | 'leader' = 'staff') =>
    api
      .as(role)
      .post('/api/credit/blacklist')
      .send({ party: 'tenant', partyId: 'A1', cases, reason: '转租属实' });
  const listed = async () =>
    z
      .object({ entries: z.array(listedSchema) })
      .parse((await api.as('leader').get('/api/credit/blacklist').expect(200)).body).entries;

  test('takes a party for cases of its own that people decided, once', async () => {
    await put([DECIDED], 'leader').expect(403);
    expect(problemOf(await put([OPEN]).expect(409))).toMatchObject({ where: { field: 'cases' } });
    await told('handle');
    expect(problemOf(await put([DECIDED]).expect(409))).toMatchObject({ where: { field: 'cases' } });
    await told('close');
    // It came back: what was decided stands.
    await told('found_again');
    await put([DECIDED]).expect(200);
    await put([DECIDED]).expect(409);
    expect(await listed()).toMatchObject([
      { party: 'tenant', partyId: 'A1', name: 'A1 · 张*明 · 439***********0011', removedAt: null },
    ]);
  });

  test('lets a party off by two persons, and is its own district’s', async () => {
    const [entry] = await listed();
    const id = entry?.entryId ?? 0;
    const remove = () =>
      api.as('staff').post(`/api/credit/blacklist/${id}/remove`).send({ reason: '已改正' });
    await confine(WEST);
    await remove().expect(404);
    expect((await api.as('staff').get('/api/credit/blacklist').expect(200)).body).toEqual({ entries: [] });
    await confine('');
    expect((await remove().expect(200)).body).toMatchObject({ removalReason: '已改正', removedAt: null });
    expect(problemOf(await remove().expect(409))).toMatchObject({ code: 'conflict' });
    const off = await operations['credit-remove'].run(
      api.platform,
      { entryId: id, reason: '已核实' },
      context,
    );
    expect(off).toMatchObject({ removalBy: api.users.staff.user, removedBy: 'anju' });
    expect((await listed())[0]?.removedAt).not.toBeNull();
    const audit = await api.platform.store.db
      .selectFrom('audit_log')
      .select(['action', 'outcome'])
      .where('action', '=', 'credit.remove')
      .orderBy('audit_id')
      .execute();
    expect(audit.map(({ outcome }) => outcome)).toEqual(['refused', 'ok', 'refused', 'ok']);
  });
});
