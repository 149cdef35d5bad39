/** Rows turned away are mended, accepted or returned; what is added lands like any delivery, once, and is certified. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findDataset } from '../../ingestion/contracts/index.ts';
import { verifyPath } from '../../ingestion/certificate/verify.ts';
import { landFile } from '../../ingestion/landing/index.ts';
import { settleActions } from '../../ingestion/quarantine/index.ts';
import { landDeliveries } from '../../pipelines/land.ts';
import { runPipeline } from '../../pipelines/runner.ts';
import { startScheduler } from '../../pipelines/scheduler.ts';
import { fixtureProject, prepareRaw } from '../support/dbt-fixture.ts';
import { rowsOf, waterCsv } from '../support/deliveries.ts';
import { problemOf, type TestApi, testApi } from '../support/api.ts';
import { temporaryDirectory } from '../support/platform.ts';

const WATER = 'utilities.water_reading';
const FUND = 'housing_fund.municipal_payment';
let api: TestApi;
let files: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  api = await testApi();
  files = await temporaryDirectory();
});
afterAll(async () => {
  await api.close();
  await files.dispose();
});

async function land(dataset: string, fileName: string, content: string): Promise<number> {
  const path = join(files.path, fileName);
  await mkdir(files.path, { recursive: true });
  await writeFile(path, content);
  const result = await landFile(api.platform, { path, dataset });
  if (result.state === 'refused') throw result.refusal;
  return result.batchId;
}

const staff = (kind: string, body: object) => api.as('staff').post(`/api/quarantine/${kind}`).send(body);
const water = (): Promise<Record<string, unknown>[]> =>
  rowsOf(
    api.platform,
    'SELECT `表号` AS meter, `抄表日期` AS day, toString(_business_date) AS date, _op, _defects FROM raw.utilities__water_reading ORDER BY _batch_id, _row_no',
  );

describe('meter readings', () => {
  let batchId: number;
  beforeAll(async () => {
    batchId = await land(
      WATER,
      'water_20260102.csv',
      waterCsv([
        ['W0000001', '2026-01-01', '10.0', '1.0', '3.00'],
        ['W0000002', '2026-02-30', '20.0', '1.0', '3.00'],
        ['W0000003', '2026-02-31', '30.0', '1.0', '3.00'],
        ['W0000004', 'never', '40.0', '1.0', '3.00'],
        ['W0000005', '2026-01-01'],
      ]),
    );
  });

  test('are counted by agency and rule', async () => {
    const { body } = await api.as('staff').get(`/api/quarantine/counts?dataset=${WATER}`).expect(200);
    expect(body).toMatchObject({ counts: expect.any(Array) });
    const waiting = (body as { counts: { rule: string; open: number; week: number }[] }).counts;
    expect(waiting.reduce((sum, one) => sum + one.open, 0)).toBe(4);
    expect(waiting.reduce((sum, one) => sum + one.week, 0)).toBe(4);
  });

  test('a mend that still fails changes nothing and says why', async () => {
    const answer = await staff('mend', {
      dataset: WATER,
      selection: { batchId, rowNos: [2] },
      corrections: { reading_date: '2026-13-01' },
      reason: '按抄表单改正',
    });
    expect(answer.status).toBe(400);
    expect(String(problemOf(answer)['detail'])).toContain('reading_date:');
    expect(await water()).toHaveLength(1);
  });

  test('a mended row lands once, as a delivery of its own', async () => {
    const body = {
      dataset: WATER,
      selection: { batchId, rowNos: [2] },
      corrections: { reading_date: '2026-01-01' },
      reason: '按抄表单改正',
    };
    const done = await staff('mend', body).expect(200);
    expect(done.body).toMatchObject({ state: 'done', rows: 1 });
    expect(await water()).toContainEqual({
      ...{ meter: 'W0000002', day: '2026-01-01', date: '2026-01-02', _op: 'Insert', _defects: [] },
    });
    const again = await staff('mend', body).expect(200);
    expect(again.body).toMatchObject({ state: 'repeat', rows: 1 });
    const other = await staff('mend', { ...body, corrections: { reading_date: '2026-01-02' } });
    expect(other.status).toBe(409);
    expect(await water()).toHaveLength(2);

    const { body: seen } = await api.as('staff').get(`/api/quarantine/${batchId}/2`).expect(200);
    expect(seen).toMatchObject({ state: 'mended', actions: [{ kind: 'mend', reason: '按抄表单改正' }] });
    const { deliveryId } = done.body as { deliveryId: string };
    const { body: signed } = await api
      .as('auditor')
      .get(`/api/deliveries/${deliveryId}/certificate`)
      .expect(200);
    expect(signed).toMatchObject({
      certificate: {
        file: { name: expect.stringContaining(`batch-${batchId}_row-2`) },
        batch: { rows: { landed: 1, loaded: 1, quarantined: 0, deduplicated: 0 } },
      },
    });
  });

  test('an action killed at any step is gone on with, and lands once', async () => {
    const { db } = api.platform.store;
    const entered = await db
      .insertInto('quarantine_action')
      .values({
        kind: 'mend',
        dataset: WATER,
        selection: JSON.stringify({ batchId, rowNos: [3] }),
        corrections: JSON.stringify({ 抄表日期: '2026-01-01' }),
        author: 'somebody',
        reason: '进程中断',
      })
      .returning('action_id')
      .executeTakeFirstOrThrow();
    // A start of `anju serve` looks at once, and what it finds begun makes a run.
    await prepareRaw(api.platform);
    const scheduler = startScheduler(api.platform, { projectDir: fixtureProject, every: '0 0 0 1 1 *' });
    expect(await scheduler.check()).toBe(true);
    await scheduler.stop();
    const after = await water();
    expect(after).toHaveLength(3);
    await db
      .updateTable('quarantine_action')
      .set({ state: 'doing', delivery_id: null })
      .where('action_id', '=', entered.action_id)
      .execute();
    await runPipeline(api.platform, { projectDir: fixtureProject, land: landDeliveries });
    const { state } = await db
      .selectFrom('quarantine_action')
      .select('state')
      .where('action_id', '=', entered.action_id)
      .executeTakeFirstOrThrow();
    expect(state).toBe('done');
    expect(await water()).toEqual(after);
    expect(await settleActions(api.platform)).toBe(0);
  });

  test('what cannot stand is not accepted, and what nobody can read is not either', async () => {
    for (const rowNo of [4, 5]) {
      const answer = await staff('accept', {
        dataset: WATER,
        selection: { batchId, rowNos: [rowNo] },
        reason: '先行入库',
      });
      expect([rowNo, answer.status]).toEqual([rowNo, 400]);
    }
  });

  test('a claimed row is its claimer’s; returned rows go into a masked list for the sender', async () => {
    await staff('claim', { dataset: WATER, selection: { batchId, rowNos: [4] } }).expect(200);
    const { body: claimed } = await api.as('staff').get('/api/quarantine?state=claimed').expect(200);
    expect(claimed).toMatchObject({ total: 1, items: [{ rowNo: 4, author: api.users.staff.user }] });
    const { body } = await staff('return', {
      dataset: WATER,
      selection: { batchId },
      reason: '请核对后重新报送',
    }).expect(200);
    const { actionId, rows } = body as { actionId: number; rows: number };
    expect(rows).toBe(2);
    const list = await api.as('staff').get(`/api/quarantine/returns/${actionId}`).expect(200);
    expect(list.text.startsWith('\uFEFF"责任单位"')).toBe(true);
    expect(list.text.trim().split('\n')).toHaveLength(3);
    expect(list.text).toContain('抄表日期');
    await api.as('leader').get(`/api/quarantine/returns/${actionId}`).expect(403);
  });
});

test('an accepted row enters raw with its defect marked, and the agency’s later version wins over a mend', async () => {
  const { fields = [] } = findDataset(FUND) ?? {};
  const csv = (rows: Record<string, string>[]): string =>
    [fields.map(({ source }) => source), ...rows.map((row) => fields.map(({ name }) => row[name] ?? ''))]
      .map((cells) => `${cells.join(',')}\n`)
      .join('');
  const key = { account_no: '430100000001', pay_month: '2026-01', id_number: '', person_name: '' };
  const batchId = await land(
    FUND,
    'fund_20260201.csv',
    csv([{ ...key, unit_amount: '-5', personal_amount: '5' }]),
  );
  const { body } = await staff('accept', {
    dataset: FUND,
    selection: { batchId, rule: 'negative' },
    reason: '红字冲销，属实',
  }).expect(200);
  expect(body).toMatchObject({ state: 'done', rows: 1 });
  const held = () =>
    rowsOf(
      api.platform,
      `SELECT \`单位缴存额\` AS amount, _defects, _op FROM raw.housing_fund__municipal_payment ORDER BY _business_date, _batch_id, _row_no`,
    );
  expect(await held()).toMatchObject([{ amount: '-5', _op: 'Insert' }]);
  expect(((await held())[0] as { _defects: string[] })._defects).toContain('unit_amount:negative');
  await land(FUND, 'fund_20260301.csv', csv([{ ...key, unit_amount: '5', personal_amount: '5' }]));
  expect((await held()).at(-1)).toMatchObject({ amount: '5', _op: 'Update' });
});

test('a file refused is certified too, and all certificates verify offline; a changed one does not', async () => {
  const path = join(files.path, 'water_20260105.csv');
  await writeFile(path, 'no,such,header\n1,2,3\n');
  const refused = await landFile(api.platform, { path, dataset: WATER });
  expect(refused.state).toBe('refused');
  const { body } = await api
    .as('auditor')
    .get(`/api/deliveries/${refused.deliveryId}/certificate`)
    .expect(200);
  expect(body).toMatchObject({ certificate: { outcome: 'refused', batch: null, findings: null } });

  const landing = join(api.platform.config.objectStore, 'landing');
  const checked = await verifyPath(landing);
  expect(checked.length).toBeGreaterThanOrEqual(6);
  expect(checked.flatMap(({ problems }) => problems)).toEqual([]);
  const copy = join(files.path, 'certificate.json');
  const { certificate, signature } = structuredClone(checked[0]?.signed) ?? {
    certificate: null,
    signature: null,
  };
  await writeFile(copy, JSON.stringify({ certificate: { ...certificate, owner: '他人' }, signature }));
  const [forged] = await verifyPath(copy, { file: path });
  expect(forged?.problems).toEqual([
    expect.stringContaining('signature'),
    expect.stringContaining('bytes'),
    expect.stringContaining('content'),
  ]);
});
