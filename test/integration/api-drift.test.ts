/** Drift over HTTP: who sees reports, who decides, and what is written down. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findDataset } from '../../ingestion/contracts/index.ts';
import { landFile } from '../../ingestion/landing/index.ts';
import { problemOf, type TestApi, testApi } from '../support/api.ts';
import { putInInbox, waterCsv } from '../support/deliveries.ts';

const WATER = 'utilities.water_reading';
let api: TestApi;
beforeAll(async () => {
  api = await testApi();
  const [header, row] = waterCsv([['W0000001', '2026-10-01', '10.0', '1.0', '3.00']]).split('\n');
  const content = `${String(header)},抄表员,备注\n${String(row)},张三,x\n`;
  const path = await putInInbox(api.platform, WATER, 'water_20261002.csv', content);
  await landFile(api.platform, { path, dataset: WATER });
});
afterAll(() => api.close());

interface Report {
  driftId: string;
  column: string;
  state: string;
}
const reports = async (query = ''): Promise<Report[]> => {
  const { body } = await api.as('auditor').get(`/api/drift${query}`).expect(200);
  return (body as { reports: Report[] }).reports;
};

test('reports are shown with a proposal; a stranger sees none', async () => {
  expect(await reports(`?dataset=${WATER}`)).toMatchObject([
    { column: expect.any(String), change: 'new_column', state: 'open', deliveries: 1 },
    { change: 'new_column', proposal: { patch: expect.any(Array), text: expect.any(String) } },
  ]);
  expect((await api.as(null).get('/api/drift')).status).toBe(401);
});

test('the agency is told: by name in the list, and in the letter about its data', async () => {
  const { owner = '', zh } = findDataset(WATER) ?? {};
  expect(await reports(`?owner=${encodeURIComponent(owner)}`)).toMatchObject([{ owner }, { owner }]);
  expect(await reports(`?owner=${encodeURIComponent('别的单位')}`)).toEqual([]);
  const letter = (from: string, to: string) =>
    api.as('staff').post('/api/quality/letters').send({ owner, from, to }).expect(200);
  const { body } = await letter('2026-10-01', '2026-10-31');
  const { content, letterId } = body as { content: { drift: { column: string }[] }; letterId: number };
  expect(content.drift.map(({ column }) => column).sort()).toEqual(['备注', '抄表员'].sort());
  expect(content.drift[0]).toMatchObject({ zh, deliveries: 1, since: '2026-10-02' });
  const page = await api.as('staff').get(`/api/quality/letters/${letterId}/page`).expect(200);
  expect(page.text).toContain('新增契约中没有的列“抄表员”，该列未入库，请说明变更原因');
  expect((await letter('2026-09-01', '2026-09-30')).body).toMatchObject({ content: { drift: [] } });
});

test('only who manages contracts decides, with a reason, once, and the audit log has it', async () => {
  const found = await reports();
  const id = (column: string): string => found.find((one) => one.column === column)?.driftId ?? '';
  const reject = (role: 'staff' | 'administrator', reason: string) =>
    api
      .as(role)
      .post(`/api/drift/${id('备注')}/reject`)
      .send({ reason });
  expect((await reject('staff', '不该有')).status).toBe(403);
  expect((await reject('administrator', ' ')).status).toBe(400);
  expect((await reject('administrator', '不该有')).status).toBe(204);
  expect(problemOf(await reject('administrator', '不该有'))).toMatchObject({ code: 'conflict' });
  const accepted = await api
    .as('administrator')
    .post(`/api/drift/${id('抄表员')}/accept`)
    .send({ reason: '供水公司来函' });
  // A contract in the code changes by a commit: the answer says which.
  expect(accepted.body).toMatchObject({
    dataset: WATER,
    version: null,
    text: expect.stringContaining('抄表员'),
    lacking: [{ fileName: 'water_20261002.csv', rows: 1 }],
  });
  // It has to be committed first; then its values are recovered from the file kept.
  const again = (role: 'staff' | 'administrator') =>
    api
      .as(role)
      .post(`/api/drift/${id('抄表员')}/land-again`)
      .send({ reason: '供水公司来函' });
  expect((await again('staff')).status).toBe(403);
  expect(problemOf(await again('administrator'))).toMatchObject({ code: 'conflict' });
  const states = Object.fromEntries((await reports()).map(({ column, state }) => [column, state]));
  expect(states).toEqual({ 抄表员: 'accepted', 备注: 'rejected' });
  const { body } = await api.as('auditor').get('/api/audit?action=drift.accept').expect(200);
  expect(body).toMatchObject({ entries: [{ action: 'drift.accept', object: id('抄表员') }] });
});
