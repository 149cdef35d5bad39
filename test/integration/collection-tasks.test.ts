/** Collection tasks (catalog A.2): by API, by schedule, through the queue, against a real source. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { performOperation } from '../../api/operations/index.ts';
import type { CollectionRun } from '../../pipelines/collection/runs.ts';
import { listRuns } from '../../pipelines/collection/runs.ts';
import { type Collection, startCollection } from '../../pipelines/collection/service.ts';
import { startScheduler } from '../../pipelines/scheduler.ts';
import { chinaDayOf } from '../../domain/calendar.ts';
import { homePaths } from '../../warehouse/home.ts';
import { problemOf, type TestApi, testApi } from '../support/api.ts';
import { fixtureProject, prepareRaw } from '../support/dbt-fixture.ts';
import { smallConnector, type SmallSource, startSmallSource } from '../support/small-source.ts';
import { until } from '../support/until.ts';

const SECRET = 'swordfish-1/2';
let api: TestApi;
let source: SmallSource;
let collection: Collection;
/** What the schedule takes for the time. */
let now = new Date('2026-09-30T09:00:00+08:00');

const open = async (): Promise<void> => {
  collection = await startCollection(api.platform, {
    connectors: { small: smallConnector },
    every: '0 0 0 1 1 *',
    clock: () => now,
  });
};
beforeAll(async () => {
  [api, source] = await Promise.all([testApi(), startSmallSource()]);
  await open();
});
afterAll(async () => {
  await collection.close();
  await source.close();
  await api.close();
});
beforeEach(() => {
  source.mood = 'well';
});

const staff = () => api.as('staff');
const body = (extra: object = {}) => ({
  name: '婚姻登记',
  connector: 'small',
  datasets: ['civil_affairs.marriage'],
  settings: { url: source.url },
  retry: { attempts: 1 },
  ...extra,
});
const create = async (taskId: string, extra: object = {}, secrets: object = { key: SECRET }) => {
  const made = await staff()
    .post('/api/collection-tasks')
    .send({ taskId, task: body(extra), secrets });
  expect(made.status).toBe(201);
};
const post = (path: string) => staff().post(`/api/collection-tasks/${path}`);
const runNow = async (taskId: string): Promise<string> => {
  const { body: answer } = await post(`${taskId}/run`);
  return (answer as { runId: string }).runId;
};
const runOf = async (runId: string): Promise<CollectionRun> => {
  const [run] = await listRuns(api.platform.store.db, { runId });
  if (!run) throw new Error('no run');
  return run;
};
const ended = (runId: string): Promise<CollectionRun> =>
  until(async () => {
    const run = await runOf(runId);
    return run.finishedAt === null ? null : run;
  });
const runs = (taskId: string) => listRuns(api.platform.store.db, { taskId });

describe('a collection task', () => {
  test('is made, changed and deleted by staff and administrators, with a version and in the audit log', async () => {
    await create('first', { windows: [{ days: 'working', from: '08:00', to: '18:00' }] });
    const { body: made } = await staff().get('/api/collection-tasks/first');
    expect(made).toMatchObject({
      state: 'disabled',
      version: 1,
      secrets: ['key'],
      group: 'first',
      nextDueAt: null,
    });
    const change = (version: number) =>
      api
        .as('administrator')
        .put('/api/collection-tasks/first')
        .send({ version, task: body({ name: '婚姻', frequency: { every: 2, unit: 'hours' } }) });
    expect((await change(1)).body).toMatchObject({
      name: '婚姻',
      version: 2,
      changedBy: 'admin',
      secrets: ['key'],
    });
    expect(problemOf(await change(1))).toMatchObject({ status: 409, where: { version: 2 } });
    expect((await post('first/start')).body).toMatchObject({ state: 'enabled', version: 3 });
    expect((await staff().delete('/api/collection-tasks/first?version=3')).status).toBe(204);
    expect((await staff().get('/api/collection-tasks/first')).status).toBe(404);
    expect(problemOf(await post('first/start')).status).toBe(404);
    const again = await staff().post('/api/collection-tasks').send({ taskId: 'first', task: body() });
    expect(problemOf(again)).toMatchObject({ status: 409 });

    for (const role of ['leader', 'analyst', 'auditor', null] as const)
      expect((await api.as(role).post('/api/collection-tasks/first/run')).status).toBe(
        role === null ? 401 : 403,
      );
    const { body: log } = await api.as('auditor').get('/api/audit?limit=100');
    const { entries } = log as { entries: { action: string; outcome: string }[] };
    expect(
      entries
        .filter(({ action }) => action.startsWith('task-'))
        .map(({ action, outcome }) => `${action} ${outcome}`),
    ).toEqual([
      'task-create refused',
      'task-start refused',
      'task-delete ok',
      'task-start ok',
      'task-change refused',
      'task-change ok',
      'task-create ok',
    ]);
    expect(JSON.stringify(entries)).not.toContain(SECRET);
  });

  test.each([
    ['a connector there is none of', { connector: 'psychic' }, {}, 400],
    ['a contract there is none of', { datasets: ['no.such'] }, {}, 404],
    ['settings the connector does not take', { settings: { url: 'nowhere' } }, {}, 400],
    ['a password in its settings', { settings: { url: 'http://u:p@host/' } }, {}, 400],
    ['a secret the connector does not take', {}, { pin: '1' }, 400],
    ['a frequency that never comes', { frequency: { cron: '0 0 31 2 *' } }, {}, 400],
    ['a word of its own', { colour: 'red' }, {}, 400],
  ])('with %s is refused', async (_what, extra, secrets, status) => {
    const refused = await staff()
      .post('/api/collection-tasks')
      .send({ taskId: 'bad', task: body(extra), secrets });
    expect(problemOf(refused)).toMatchObject({ status });
    expect((await staff().get('/api/collection-tasks/bad')).status).toBe(404);
  });

  test('keeps its secrets sealed: the connector gets them, no answer and no message does', async () => {
    await create('sealed');
    const { keys } = homePaths(api.platform.config.home);
    expect((await stat(join(keys, 'secrets.key'))).mode & 0o777).toBe(0o600);
    const key = Buffer.from(await readFile(join(keys, 'secrets.key'), 'utf8'), 'base64');
    expect(key).toHaveLength(32);
    const { rows } = await sql<{
      sealed: Buffer;
    }>`SELECT sealed FROM secret WHERE owner = 'task:sealed'`.execute(api.platform.store.db);
    expect(rows[0]?.sealed.includes(SECRET)).toBe(false);
    source.mood = 'failing';
    const run = await ended(await runNow('sealed'));
    expect(source.key).toBe(SECRET);
    expect(run).toMatchObject({ state: 'failed', error: 'HTTP 503 for [secret].' });
    const { body: letters } = await staff().get('/api/collection-queue');
    expect(JSON.stringify([letters, (await staff().get('/api/collection-tasks')).body])).not.toContain(
      SECRET,
    );
    // A row copied to another task opens nothing there.
    await create('thief', {}, {});
    await sql`INSERT INTO secret SELECT 'task:thief', name, sealed FROM secret WHERE owner = 'task:sealed'`.execute(
      api.platform.store.db,
    );
    expect(await ended(await runNow('thief'))).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('cannot be opened') as unknown,
    });
  });

  test('tries its connection and says how long the way is', async () => {
    await create('tested');
    const { body: result } = await post('tested/test');
    expect(result).toMatchObject({ detail: 'HTTP 204' });
    expect((result as { roundTripMs: number }).roundTripMs).toBeGreaterThan(0);
    expect((await staff().get('/api/collection-connectors')).body).toMatchObject({
      connectors: [{ kind: 'small', secrets: ['key'], settings: { type: 'object', required: ['url'] } }],
    });
  });

  test('run now: what was asked, what came, what was sound; the next run goes on from there', async () => {
    await create('counted');
    source.last = 2;
    expect(await ended(await runNow('counted'))).toMatchObject({
      state: 'succeeded',
      kind: 'manual',
      askedBy: 'staff',
      requested: 2,
      returned: 4,
      deliveries: 2,
      valid: 4,
      failed: 0,
      refused: 0,
    });
    source.last = 3;
    source.mood = 'spoilt';
    const runId = await runNow('counted');
    expect(await ended(runId)).toMatchObject({ requested: 1, returned: 2, valid: 1, failed: 1 });
    expect((await staff().get(`/api/collection-runs/${runId}`)).body).toMatchObject({
      datasets: [
        { dataset: 'civil_affairs.marriage', requested: 1, returned: 2, deliveries: 1, valid: 1, failed: 1 },
      ],
    });

    const today = chinaDayOf(new Date());
    const figures = {
      requested: 3,
      returned: 6,
      deliveries: 3,
      landed: 6,
      loaded: 5,
      quarantined: 1,
      refused: 0,
    };
    for (const [by, key] of [
      ['day', today],
      ['agency', '民政局'],
      ['dataset', 'civil_affairs.marriage'],
    ]) {
      const { body: stats } = await staff().get(
        `/api/collection-statistics?from=${today}&to=${today}&by=${by}`,
      );
      expect(stats).toMatchObject({
        rows: [{ key, ...figures }],
        total: { ...figures, failedRuns: 2 },
        previous: { deliveries: 0, runs: 0 },
      });
    }
    expect((await staff().get(`/api/collection-statistics?from=${today}&to=2000-01-01`)).status).toBe(400);
  });

  test('runs once at a time; stopped, it ends in the middle and keeps its place', async () => {
    await create('stopped', { frequency: { every: 1, unit: 'days' } });
    await post('stopped/start');
    source.mood = 'waiting';
    const asked = source.asked;
    const runId = await runNow('stopped');
    await until(() => source.asked > asked);
    expect(problemOf(await post('stopped/run'))).toMatchObject({ status: 409 });
    expect((await post('stopped/stop')).body).toMatchObject({ state: 'disabled', nextDueAt: null });
    expect(await ended(runId)).toMatchObject({ state: 'stopped', deliveries: 0 });
    // Run now needs no schedule (A2-7).
    source.mood = 'well';
    expect(await ended(await runNow('stopped'))).toMatchObject({ state: 'succeeded', deliveries: 3 });
  });

  test('that failed for good is a dead letter, and can be put back', async () => {
    await create('broken');
    source.mood = 'failing';
    const runId = await runNow('broken');
    await ended(runId);
    const dead = await until(async () => {
      const { body: queue } = await staff().get('/api/collection-queue');
      const { deadLetters } = queue as { deadLetters: { runId: string; taskId: string }[] };
      return deadLetters.find((one) => one.runId === runId);
    });
    expect(dead).toMatchObject({ taskId: 'broken', failures: 1 });
    const asCommand = { onProgress: () => undefined, signal: new AbortController().signal };
    expect(await performOperation(api.platform, 'task-queue', {}, asCommand)).toMatchObject({
      deadLetters: expect.arrayContaining([expect.objectContaining({ runId, taskId: 'broken' })]),
    });
    source.mood = 'well';
    expect((await staff().post(`/api/collection-runs/${runId}/replay`)).status).toBe(204);
    await until(async () => (await runOf(runId)).state === 'succeeded');
    expect((await staff().post(`/api/collection-runs/${runId}/replay`)).status).toBe(404);
    await expect(
      performOperation(api.platform, 'task-replay', { run: runId }, asCommand),
    ).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('interrupted as the process ends goes on at the next start', async () => {
    await create('resumed');
    source.mood = 'waiting';
    const asked = source.asked;
    const runId = await runNow('resumed');
    await until(() => source.asked > asked);
    await collection.close();
    expect(await runOf(runId)).toMatchObject({ state: 'queued', finishedAt: null });
    source.mood = 'well';
    await open();
    expect(await ended(runId)).toMatchObject({ state: 'succeeded', deliveries: 3 });
  });
});

describe('the schedule', () => {
  const at = (text: string): Date => new Date(`${text.replace(' ', 'T')}:00+08:00`);
  const due = (taskId: string, time: string) =>
    sql`UPDATE collection_task SET next_due_at = ${at(time)} WHERE task_id = ${taskId}`.execute(
      api.platform.store.db,
    );
  const scheduled = async (taskId: string) => {
    const [run] = await runs(taskId);
    return run ? ended(run.runId) : null;
  };

  test('runs what is due, once for all times missed, within the permitted hours of working days', async () => {
    await create('office', {
      frequency: { every: 1, unit: 'hours' },
      windows: [{ days: 'working', from: '08:00', to: '18:00' }],
    });
    await post('office/start');
    await due('office', '2026-09-25 12:00');
    // National Day by the shipped calendar, within the hours.
    now = at('2026-10-01 10:00');
    await collection.look();
    expect(await runs('office')).toEqual([]);
    // A Saturday worked instead.
    now = at('2026-10-10 10:05');
    await collection.look();
    expect(await scheduled('office')).toMatchObject({ kind: 'schedule', state: 'succeeded', deliveries: 3 });
    await collection.look();
    expect(await runs('office')).toHaveLength(1);
    expect((await staff().get('/api/collection-tasks/office')).body).toMatchObject({
      nextDueAt: at('2026-10-10 11:00').toISOString(),
    });
    await post('office/stop');
  });

  test('is not held up by a clock that was ahead for a while', async () => {
    await create('clock', { frequency: { every: 30, unit: 'minutes' } });
    await post('clock/start');
    await due('clock', '2036-01-01 00:00');
    now = at('2026-10-12 10:00');
    await collection.look();
    expect(await runs('clock')).toEqual([]);
    now = at('2026-10-12 10:31');
    await collection.look();
    expect(await scheduled('clock')).toMatchObject({ state: 'succeeded' });
    await post('clock/stop');
  });

  test('goes by a calendar that staff keep', async () => {
    const calendar = '/api/holiday-calendar';
    const { body: year } = await staff().get(`${calendar}?year=2026`);
    expect((year as { days: { date: string }[] }).days).toHaveLength(39);
    await staff().put(`${calendar}/2027-01-02`).send({ kind: 'make_up_workday', name: '元旦' });
    await staff().put(`${calendar}/2027-01-02`).send({ kind: 'holiday', name: '元旦' });
    expect((await staff().get(`${calendar}?year=2027`)).body).toEqual({
      days: [{ date: '2027-01-02', kind: 'holiday', name: '元旦' }],
    });
    expect((await staff().delete(`${calendar}/2027-01-02`)).status).toBe(204);
    expect(
      (await api.as('auditor').put(`${calendar}/2027-01-02`).send({ kind: 'holiday', name: 'x' })).status,
    ).toBe(403);
  });

  test('of the pipeline sees what a task landed', async () => {
    await prepareRaw(api.platform);
    const scheduler = startScheduler(api.platform, { projectDir: fixtureProject, every: '0 0 0 1 1 *' });
    expect(await scheduler.check()).toBe(true);
    expect(await scheduler.check()).toBe(false);
    source.last += 1;
    await create('noticed');
    await ended(await runNow('noticed'));
    expect(await scheduler.check()).toBe(true);
    expect(await scheduler.check()).toBe(false);
    await scheduler.stop();
  });
});

test('the command runs a task and waits, where nobody serves and where somebody does', async () => {
  const context = { onProgress: () => undefined, signal: new AbortController().signal };
  const perform = (name: 'task-create' | 'task-run-now' | 'task-runs' | 'task-stats', params: unknown) =>
    performOperation(api.platform, name, params, context);
  await perform('task-create', { taskId: 'commanded', task: body(), secrets: {} });
  expect(await perform('task-run-now', { taskId: 'commanded' })).toMatchObject({
    state: 'succeeded',
    askedBy: 'anju',
  });
  expect(await perform('task-runs', { taskId: 'commanded' })).toMatchObject({
    runs: [{ deliveries: source.last }],
  });
  source.mood = 'failing';
  expect(await perform('task-run-now', { taskId: 'commanded' })).toMatchObject({ state: 'failed' });
});
