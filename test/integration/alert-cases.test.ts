/** Cases of alert: what a run finds becomes one case for good, people handle it, and nobody sees another district's. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { followLetters } from '../../pipelines/alerts/letters.ts';
import { literal } from '../../warehouse/engine/sql.ts';
import { alertApi, alertBench } from '../support/alert-bench.ts';
import { problemOf, type TestApi } from '../support/api.ts';

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(32)) as [string, string, string];
const WEST = '439902';
const ROOM = '3栋2单元1102室';
let api: TestApi;

beforeAll(async () => {
  api = await alertApi();
  await api.platform.warehouse.run(
    `CREATE TABLE base.dwelling ENGINE = Memory AS SELECT ${literal(A)} AS dwelling_id, 'FW00000001' AS house_code, '3' AS building_no, '2单元' AS unit_no, '1102' AS room_no`,
  );
});
afterAll(() => api.close());

const { run, read, kinds, list, unread, act } = alertBench(() => api);

describe('a finding and its case', () => {
  test('is opened once, however often the run is repeated', async () => {
    await run('r1', '2026-10-31', [{ id: A }, { id: B, district: WEST, level: 'low' }]);
    await run('r1', '2026-10-31', [{ id: A }, { id: B, district: WEST, level: 'low' }]);
    await run('r2', '2026-10-31', [{ id: A }, { id: B, district: WEST, level: 'low' }]);
    expect((await list('')).rows.map(({ id, state, unread }) => [id, state, unread])).toEqual([
      [A, 'new', true],
      [B, 'new', true],
    ]);
    expect(await kinds(A)).toEqual(['found']);
    // A dwelling is shown by where it is; one that no register knows any longer by its key.
    expect((await list('')).rows.map(({ objectName }) => objectName)).toEqual([ROOM, B]);
    // 15 days is the limit of the rule.
    expect((await read(A)).case).toMatchObject({
      firstFound: '2026-10-31',
      dueOn: '2026-11-15',
      escalatedOn: null,
    });
  });

  test('is read once it was looked at, by that person alone', async () => {
    expect((await list('unread=1')).rows.map(({ id }) => id)).toEqual([B]);
    const leader = await api.as('leader').get('/api/alerts?unread=1').expect(200);
    expect(leader.body).toMatchObject({ total: 2 });
  });

  test('rises in level, is late, goes away', async () => {
    await read(B);
    expect(await unread()).toEqual([]);
    await run('r2a', '2026-11-02', [{ id: A }, { id: B, district: WEST, level: 'medium' }]);
    expect(await unread()).toEqual([B]);
    await read(B);
    await run('r2b', '2026-11-03', [{ id: A }, { id: B, district: WEST, level: 'medium' }]);
    expect(await unread()).toEqual([]);
    await run('r3', '2026-11-20', [{ id: A }, { id: B, district: WEST, level: 'medium' }]);
    // Both are past their time limit now.
    expect(await unread()).toEqual([A, B]);
    expect(await kinds(B)).toEqual(['found', 'level_medium', 'escalated']);
    await run('r4', '2026-11-21', [{ id: A }]);
    expect((await read(B)).case).toMatchObject({
      clearedOn: '2026-11-21',
      lastFound: '2026-11-20',
      state: 'new',
    });
    expect((await list('late=1')).total).toBe(2);
  });

  test('goes from hand to hand, and only as its state allows', async () => {
    expect((await act(A, 'close')).status).toBe(409);
    expect((await act(A, 'assign')).status).toBe(400);
    expect((await act(A, 'receive')).status).toBe(200);
    expect((await act(A, 'assign', { owner: 'zhang' })).status).toBe(200);
    expect((await act(A, 'handle')).status).toBe(200);
    // What one did oneself is no news; a colleague has not seen it.
    expect((await list('unread=1')).rows.map(({ id }) => id)).not.toContain(A);
    const stale = await api
      .as('staff')
      .post(`/api/alerts/${A}/act`)
      .send({ action: 'close', note: '已核查', version: 1 });
    expect(problemOf(stale)).toMatchObject({ status: 409 });
    expect((await act(A, 'close')).status).toBe(200);
    // Whoever closed it does not review it.
    expect((await act(A, 'review')).status).toBe(409);
    expect((await read(A)).actions).toEqual(['handle', 'review', 'false_alarm', 'annul']);
    const audit = await api.platform.store.db
      .selectFrom('audit_log')
      .select(['action', 'outcome'])
      .where('object', '=', A)
      .where('action', '=', 'alerts.close')
      .execute();
    expect(audit.map(({ outcome }) => outcome).sort()).toEqual(['ok', 'refused', 'refused']);
  });

  test('settled and found still stays settled; gone and back is new again', async () => {
    await run('r5', '2026-11-22', [{ id: A }]);
    expect((await read(A)).case).toMatchObject({ state: 'closed', recurrences: 0 });
    await run('r6', '2026-11-23', []);
    await run('r7', '2026-11-24', [{ id: A }, { id: C }]);
    // Whoever handled it has not seen that it is back.
    expect(await unread()).toContain(A);
    expect((await read(A)).case).toMatchObject({
      state: 'new',
      recurrences: 1,
      clearedOn: null,
      dueOn: '2026-12-09',
      escalatedOn: null,
    });
    expect((await kinds(A)).slice(-3)).toEqual(['close', 'cleared', 'found_again']);
  });

  test('what was decided says how right the rule is', async () => {
    expect((await act(C, 'false_alarm')).status).toBe(200);
    const { body } = await api.as('leader').get('/api/alerts/rules').expect(200);
    const rules = z
      .object({
        rules: z.array(z.object({ rule: z.string(), open: z.number(), precision: z.number().nullable() })),
      })
      .parse(body).rules;
    // A was right before it came back, and is open now.
    expect(rules.find(({ rule }) => rule === 'sublet')).toMatchObject({ open: 1, precision: 0.5 });
  });
});

describe('rules looked at by the month', () => {
  const D = 'd'.repeat(32);
  const monthly = { id: D, rule: 'project_vacancy_high', level: 'medium' };

  test('open and clear cases at the first run of a month, and again when its day is repeated', async () => {
    await run('m1', '2026-12-03', [{ id: A }, { id: C }]);
    await run('m2', '2026-12-10', [{ id: A }, { id: C }, monthly]);
    expect((await list('rule=project_vacancy_high')).total).toBe(0);
    await run('m3', '2027-01-02', [{ id: A }, { id: C }, monthly]);
    expect((await read(D)).case).toMatchObject({ state: 'new', firstFound: '2027-01-02' });
    await run('m4', '2027-01-20', [{ id: A }, { id: C }]);
    expect((await read(D)).case.clearedOn).toBeNull();
    await run('m5', '2027-02-01', [{ id: A }, { id: C }]);
    expect((await read(D)).case.clearedOn).toBe('2027-02-01');
  });
});

describe('a letter of supervision', () => {
  const write = (cases: string[], over: object = {}) =>
    api
      .as('staff')
      .post('/api/alerts/letters')
      .send({ cases, addressee: 'enterprise', demand: '请核查\n<b>', ...over });
  const letter = z.object({
    id: z.number(),
    letterNo: z.string(),
    state: z.string(),
    version: z.number(),
    remindedOn: z.string().nullable(),
    escalatedOn: z.string().nullable(),
    content: z.object({ facts: z.array(z.object({ object: z.string() })) }),
    steps: z.array(z.object({ kind: z.string() })),
    next: z.array(z.string()),
  });
  const move = async (id: number, state: string) => {
    const { version } = letter.parse(
      (await api.as('staff').get(`/api/alerts/letters/${id}`).expect(200)).body,
    );
    return api.as('staff').post(`/api/alerts/letters/${id}/steps`).send({ state, note: '已办', version });
  };
  let id = 0;

  test('is about cases of one unit that has a name, and says what they are about as people call it', async () => {
    await api.platform.warehouse.run(
      "CREATE OR REPLACE TABLE base.enterprise ENGINE = Memory AS SELECT 'E1' AS enterprise_id, '安居运营公司' AS enterprise_name",
    );
    expect((await write([A, B], { addressee: 'street' })).status).toBe(400);
    expect((await write(['e'.repeat(32)])).status).toBe(404);
    expect((await write([A], { dueOn: '2020-01-01' })).status).toBe(400);
    const written = letter.parse((await write([A, C]).expect(200)).body);
    expect(written).toMatchObject({ state: 'draft', next: ['sent', 'closed'] });
    expect(written.letterNo).toMatch(/^安居督〔\d{4}〕1号$/);
    expect(written.content.facts.map(({ object }) => object)).toEqual([ROOM, C]);
    id = written.id;
    const { text } = await api.as('staff').get(`/api/alerts/letters/${id}/page`).expect(200);
    expect(text).toContain('安居运营公司：');
    expect(text).toContain('<p>&lt;b&gt;</p>');
    expect(text).not.toContain('FW00000001');
  });

  test('goes its way, is told in the history of its cases, and is unread where it changed', async () => {
    const unread = async () =>
      (await api.as('leader').get('/api/alerts/letters').expect(200)).body as unknown;
    expect(await unread()).toMatchObject({ unread: 1 });
    await api.as('leader').get(`/api/alerts/letters/${id}`).expect(200);
    expect(await unread()).toMatchObject({ unread: 0 });
    expect((await move(id, 'answered')).status).toBe(409);
    expect((await move(id, 'sent')).status).toBe(200);
    expect(await unread()).toMatchObject({ unread: 1 });
    expect(await kinds(A)).toContain('letter');
    expect((await move(id, 'received')).status).toBe(200);
    await followLetters(api.platform.store, '2099-01-01');
    await followLetters(api.platform.store, '2099-01-02');
    const late = letter.parse((await api.as('staff').get(`/api/alerts/letters/${id}`).expect(200)).body);
    expect(late).toMatchObject({ remindedOn: '2099-01-01', escalatedOn: '2099-01-01' });
    expect((await move(id, 'answered')).status).toBe(200);
    const closed = letter.parse((await move(id, 'closed')).body);
    expect(closed.steps.map(({ kind }) => kind)).toEqual([
      ...['draft', 'sent', 'received', 'reminded', 'escalated', 'answered', 'closed'],
    ]);
    expect(closed.next).toEqual([]);
  });
});

describe('who sees and does what', () => {
  test('a district sees its own cases only', async () => {
    await api.platform.store.db
      .updateTable('app_user')
      .set({ scope_division: WEST })
      .where('user_name', '=', api.users.staff.user)
      .execute();
    expect((await list('')).rows.map(({ id }) => id)).toEqual([B]);
    await api.as('staff').get(`/api/alerts/${A}`).expect(404);
    await api
      .as('staff')
      .post(`/api/alerts/${A}/act`)
      .send({ action: 'receive', note: '已核查', version: 1 })
      .expect(404);
  });

  test('leaders look, analysts and nobody do not', async () => {
    await api
      .as('leader')
      .post(`/api/alerts/${A}/act`)
      .send({ action: 'receive', note: '已核查', version: 1 })
      .expect(403);
    await api.as('analyst').get('/api/alerts').expect(403);
    await api.as(null).get('/api/alerts').expect(401);
  });
});
