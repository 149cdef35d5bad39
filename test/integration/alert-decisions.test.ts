/** What people decide of cases of alert stands when they come back; who supervises is told of what is late; what was put off is open again. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { addDays, chinaDayOf } from '../../domain/calendar.ts';
import { act as actOn } from '../../pipelines/alerts/cases.ts';
import { decidedCaseFiles } from '../../pipelines/credit/decided.ts';
import { alertApi, alertBench } from '../support/alert-bench.ts';
import type { TestApi } from '../support/api.ts';

const [A, C] = ['a', 'c'].map((letter) => letter.repeat(32)) as [string, string];
let api: TestApi;
beforeAll(async () => {
  api = await alertApi();
  await api.platform.warehouse.run(
    "CREATE TABLE base.dwelling ENGINE = Memory AS SELECT '' AS dwelling_id, '' AS house_code, '' AS building_no, '' AS unit_no, '' AS room_no",
  );
});
afterAll(() => api.close());
const { run, read, kinds, unread, act } = alertBench(() => api);

describe('what was decided of a case', () => {
  const E = 'f'.repeat(32);
  /** The rows the next build counts in credit, of this case: decision, enterprise, since when. */
  const costs = async (): Promise<[string, string, string][]> => {
    const [file] = await decidedCaseFiles(api.platform.store);
    const rows = (file?.content ?? '')
      .replaceAll('"', '')
      .split('\n')
      .map((line) => line.split(','));
    return rows
      .filter(([, id]) => id === E)
      .map((row): [string, string, string] => [row[0] ?? '', row[6] ?? '', row[7] ?? '']);
  };
  /** A colleague takes a decision back. */
  const annul = async (decision: number | undefined) => {
    const { version } = (await read(E)).case;
    return actOn(api.platform.store, undefined, 'colleague', E, {
      ...{ action: 'annul', note: '申诉成立', decision, version },
    });
  };
  const settle = async (verdict: 'close' | 'false_alarm') => {
    expect((await act(E, 'receive')).status).toBe(200);
    expect((await act(E, verdict)).status).toBe(200);
  };

  test('stands when it comes back, and a second decision adds', async () => {
    await run('d1', '2026-11-25', [{ id: A }, { id: C }, { id: E, since: '2026-10-02' }]);
    await settle('close');
    await run('d2', '2026-11-26', [{ id: A }, { id: C }]);
    await run('d3', '2026-11-27', [{ id: A }, { id: C }, { id: E, since: '2026-11-20', enterprise: 'E2' }]);
    expect((await read(E)).case).toMatchObject({ state: 'new', recurrences: 1 });
    expect((await costs()).map((row) => row.slice(1))).toEqual([['E1', '2026-10-02']]);
    await settle('close');
    // Each speaks of whom the finding spoke when it was decided.
    expect((await costs()).map((row) => row.slice(1))).toEqual([
      ['E1', '2026-10-02'],
      ['E2', '2026-11-20'],
    ]);
  });

  test('counts no longer once it is taken back, by another person than who decided', async () => {
    const [first, second] = (await read(E)).decisions;
    expect((await act(E, 'annul', { decision: first?.id })).status).toBe(409);
    expect((await act(E, 'annul')).status).toBe(400);
    await annul(first?.id);
    await expect(annul(first?.id)).rejects.toMatchObject({ code: 'conflict' });
    // That of a finding long gone changes nothing of the case as it is.
    expect((await read(E)).case.state).toBe('closed');
    expect((await costs()).map(([id]) => id)).toEqual([String(second?.id)]);
    await annul(second?.id);
    expect((await read(E)).case.state).toBe('handling');
    expect(await costs()).toEqual([]);
    expect((await read(E)).decisions.map(({ stands }) => stands)).toEqual([false, false]);
  });

  test('is withdrawn by taking it in hand again, and by calling it a false alarm after all', async () => {
    expect((await act(E, 'close')).status).toBe(200);
    expect(await costs()).toHaveLength(1);
    expect((await act(E, 'handle')).status).toBe(200);
    expect(await costs()).toHaveLength(0);
    expect((await act(E, 'close')).status).toBe(200);
    expect((await act(E, 'false_alarm')).status).toBe(200);
    expect(await costs()).toHaveLength(0);
    expect((await read(E)).decisions.filter(({ stands }) => stands)).toMatchObject([
      { verdict: 'false_alarm' },
    ]);
  });
});

describe('a case nobody settled in time', () => {
  const G = '9'.repeat(32);
  const escalatedFor = async (role: 'staff' | 'leader') =>
    z
      .object({ escalated: z.object({ open: z.number(), unread: z.number() }) })
      .parse((await api.as(role).get('/api/alerts').expect(200)).body).escalated;
  const supervise = async (body: object, role: 'staff' | 'leader' = 'leader') =>
    api
      .as(role)
      .post(`/api/alerts/${G}/supervise`)
      .send({ note: '限期办结', version: (await read(G)).case.version, ...body });
  const soon = addDays(chinaDayOf(new Date()), 20);

  test('is told to those who supervise, who read it before, and goes to another by a new day', async () => {
    await run('e1', '2027-03-01', [{ id: G }]);
    await api.as('leader').get(`/api/alerts/${G}`).expect(200);
    const before = await escalatedFor('leader');
    expect((await supervise({ owner: 'chief', dueOn: soon })).status).toBe(409);
    await run('e2', '2027-04-01', [{ id: G }]);
    expect(await escalatedFor('leader')).toEqual({ open: before.open + 1, unread: before.unread + 1 });
    expect((await supervise({ owner: 'chief', dueOn: soon }, 'staff')).status).toBe(403);
    expect((await supervise({ owner: 'chief', dueOn: '2020-01-01' })).status).toBe(400);
    expect((await supervise({ owner: 'chief', dueOn: soon })).status).toBe(200);
    expect((await read(G)).case).toMatchObject({ owner: 'chief', dueOn: soon, escalatedOn: null });
    expect((await escalatedFor('leader')).open).toBe(before.open);
    // Late again, it is escalated again.
    await run('e3', addDays(soon, 1), [{ id: G }]);
    expect((await kinds(G)).slice(-3)).toEqual(['escalated', 'supervised', 'escalated']);
  });

  test('and one put off is open again on its day, unread, with a week at least', async () => {
    expect((await act(G, 'suspend')).status).toBe(400);
    expect((await act(G, 'suspend', { until: '2020-01-01' })).status).toBe(400);
    expect((await act(G, 'suspend', { until: soon })).status).toBe(200);
    expect((await read(G)).case).toMatchObject({ state: 'suspended', suspendedUntil: soon });
    await run('s1', addDays(soon, -1), [{ id: G }]);
    expect((await read(G)).case.state).toBe('suspended');
    expect(await unread()).not.toContain(G);
    await run('s2', addDays(soon, 3), [{ id: G }]);
    expect(await unread()).toContain(G);
    expect((await read(G)).case).toMatchObject({
      ...{ state: 'received', suspendedUntil: null, dueOn: addDays(soon, 10) },
    });
    await run('s3', addDays(soon, 4), [{ id: G }]);
    expect((await kinds(G)).slice(-2)).toEqual(['suspend', 'resumed']);
    // Taken in hand before its day, nothing is left of having been put off.
    expect((await act(G, 'suspend', { until: soon })).status).toBe(200);
    expect((await act(G, 'handle')).status).toBe(200);
    expect((await read(G)).case).toMatchObject({ state: 'handling', suspendedUntil: null });
  });
});
