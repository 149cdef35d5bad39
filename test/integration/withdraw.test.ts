/** A withdrawn batch: raw is as if it had never come, and the ledger says who took it back and why. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { landFile, withdrawBatch } from '../../ingestion/landing/index.ts';
import { csvOf, putInInbox, rowsOf } from '../support/deliveries.ts';
import { rawHash } from '../support/landed-state.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(async () => {
  await platform.close();
});

const PROJECT = 'operations.project';
const PROJECTS: Record<string, Record<string, string>> = {
  '2026-01-01': { P1: 'one', P2: 'two' },
  '2026-01-02': { P1: 'wrong', P3: 'wrong', P4: '' },
  '2026-01-03': { P1: 'one', P2: 'zwei', P3: 'wrong' },
};

async function land(day: string): Promise<number> {
  const rows = Object.entries(PROJECTS[day] ?? {}).map(([project_no, project_name]) => ({
    project_no,
    project_name,
  }));
  const path = await putInInbox(platform, PROJECT, 'p.csv', csvOf(PROJECT, rows));
  const result = await landFile(platform, { path, dataset: PROJECT, businessDate: day });
  if (result.state === 'refused') throw result.refusal;
  return result.batchId;
}
const hash = () => rawHash(platform, 'operations__project');

test('raw is as without it; the same bytes may come again; what is not there is refused', async () => {
  await land('2026-01-01');
  const wrong = await land('2026-01-02');
  await land('2026-01-03');
  const with3 = await hash();
  expect(
    await withdrawBatch(platform, { batchId: wrong, reason: 'sent by mistake', by: 'staff' }),
  ).toMatchObject({
    dataset: PROJECT,
    replayed: [wrong + 1],
  });
  const without = await hash();
  expect(
    await rowsOf(
      platform,
      'SELECT `项目编号` AS no, _op AS op FROM raw.operations__project ORDER BY _batch_id, no',
    ),
  ).toEqual([
    { no: 'P1', op: 'Insert' },
    { no: 'P2', op: 'Insert' },
    { no: 'P2', op: 'Update' },
    { no: 'P3', op: 'Insert' },
  ]);
  expect(await rowsOf(platform, 'SELECT count() AS n FROM meta.quarantine')).toEqual([{ n: '0' }]);
  expect(
    await rowsOf(platform, 'SELECT toString(batch_id) AS id FROM meta.batch FINAL ORDER BY batch_id'),
  ).toEqual([{ id: String(wrong - 1) }, { id: String(wrong + 1) }]);
  expect(
    await platform.store.db.selectFrom('batch').select('state').where('batch_id', '=', wrong).execute(),
  ).toEqual([{ state: 'withdrawn' }]);
  await expect(
    withdrawBatch(platform, { batchId: wrong, reason: 'again', by: 'staff' }),
  ).rejects.toMatchObject({ code: 'conflict' });
  await expect(withdrawBatch(platform, { batchId: 99, reason: 'none', by: 'staff' })).rejects.toMatchObject({
    code: 'not_found',
  });
  const again = await land('2026-01-02');
  expect(await hash()).toBe(with3);
  await withdrawBatch(platform, { batchId: again, reason: 'still a mistake', by: 'staff' });
  expect(await hash()).toBe(without);
});
