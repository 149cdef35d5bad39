/** A withdrawn batch takes with it what was mended, accepted and returned of its quarantine; what is of other batches stays. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { landInbox, withdrawBatch } from '../../ingestion/landing/index.ts';
import { act, settleActions } from '../../ingestion/quarantine/index.ts';
import { putInInbox, rowsOf } from '../support/deliveries.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';
import { about, accept, fileOf, FUND, landFund, mend, stateOf } from '../support/repaired-town.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(async () => {
  await platform.close();
});

const withdraw = (batchId: number) => withdrawBatch(platform, { batchId, reason: 'a mistake', by: 'staff' });
const batchOf = async (deliveryId: string | null): Promise<number> =>
  (
    await platform.store.db
      .selectFrom('batch')
      .select('batch_id')
      .where('delivery_id', '=', deliveryId)
      .executeTakeFirstOrThrow()
  ).batch_id;
const openRows = (batchId: number) =>
  rowsOf(
    platform,
    `SELECT toUInt32(row_no) AS row FROM meta.quarantine WHERE batch_id = ${batchId} AND (batch_id, row_no) NOT IN (
       SELECT batch_id, row_no FROM meta.quarantine_state FINAL WHERE state != 'open') ORDER BY row`,
  );

/** Without the wrong delivery: early, its repairs, late, its repairs. */
let undisturbed: unknown;
beforeAll(async () => {
  const early = await landFund(platform, 'early');
  await mend(platform, early);
  await accept(platform, early);
  const late = await landFund(platform, 'late');
  await mend(platform, late);
  undisturbed = await stateOf(platform);
  expect(undisturbed).toMatchObject({
    repairs: [{ state: 'mended' }, { state: 'accepted' }, { state: 'mended' }],
    astray: [],
  });
  await platform.close();
  platform = await testPlatform();
});

let wrong: number;
test('everything is as if the batch had never come, and overlays of other batches are kept', async () => {
  const early = await landFund(platform, 'early');
  await mend(platform, early);
  await accept(platform, early);
  wrong = await landFund(platform, 'wrong');
  const overlays = [await batchOf(await mend(platform, wrong)), await batchOf(await accept(platform, wrong))];
  const late = await landFund(platform, 'late');
  const lateOverlay = await batchOf(await mend(platform, late));
  // The later ones name keys of the wrong one and of what was mended of it: they land again.
  expect(await withdraw(wrong)).toMatchObject({ batchId: wrong, overlays, replayed: [late, lateOverlay] });
  expect(await stateOf(platform)).toEqual(undisturbed);
  const states = await platform.store.db
    .selectFrom('batch')
    .innerJoin('delivery', 'delivery.delivery_id', 'batch.delivery_id')
    .select(['batch.state as batch', 'delivery.state as delivery'])
    .where('batch_id', 'in', [wrong, ...overlays])
    .execute();
  expect(states).toEqual(Array.from({ length: 3 }, () => ({ batch: 'withdrawn', delivery: 'withdrawn' })));
});

test('who still asks for its rows is told that it was withdrawn', async () => {
  for (const kind of ['claim', 'mend', 'accept', 'return'] as const)
    await expect(act(platform, { kind, ...about(wrong, 4) })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`Batch ${wrong} was withdrawn`),
    });
  await expect(withdraw(wrong)).rejects.toMatchObject({ code: 'conflict' });
});

test('landed again its quarantine is as new: returned, withdrawn and landed once more as well', async () => {
  for (const last of [false, true]) {
    const again = await landFund(platform, 'wrong');
    expect(await openRows(again)).toEqual([{ row: 4 }, { row: 5 }]);
    if (last) await mend(platform, again);
    const { actionId } = await act(platform, { kind: 'return', ...about(again, last ? 5 : 4) });
    expect(actionId).toBeGreaterThan(0);
    await withdraw(again);
    expect(await stateOf(platform)).toEqual(undisturbed);
  }
});

test('an overlay withdrawn by itself leaves its row waiting, for another mend', async () => {
  const again = await landFund(platform, 'wrong');
  const overlay = await batchOf(await mend(platform, again, '2026-03'));
  const mended = () =>
    rowsOf(
      platform,
      `SELECT \`缴存年月\` AS month FROM raw.housing_fund__municipal_payment WHERE _batch_id > ${again}`,
    );
  expect(await mended()).toHaveLength(1);
  expect(await withdraw(overlay)).toMatchObject({ overlays: [] });
  expect(await mended()).toEqual([]);
  expect(await openRows(again)).toEqual([{ row: 4 }, { row: 5 }]);
  // The very same again.
  expect(await batchOf(await mend(platform, again, '2026-03'))).toBeGreaterThan(overlay);
  expect(await mended()).toHaveLength(1);
  await withdraw(again);
  expect(await stateOf(platform)).toEqual(undisturbed);
});

test('an action that was begun when its batch was withdrawn ends, and adds nothing', async () => {
  const again = await landFund(platform, 'wrong');
  const { dataset, selection, author, reason } = about(again, 4);
  const { action_id } = await platform.store.db
    .insertInto('quarantine_action')
    .values({ kind: 'accept', dataset, selection: JSON.stringify(selection), author, reason })
    .returning('action_id')
    .executeTakeFirstOrThrow();
  await withdraw(again);
  expect(await settleActions(platform)).toBe(0);
  expect(
    await platform.store.db
      .selectFrom('quarantine_action')
      .select(['state', 'failure'])
      .where('action_id', '=', action_id)
      .execute(),
  ).toEqual([{ state: 'failed', failure: expect.stringContaining(String(again)) }]);
  expect(await stateOf(platform)).toEqual(undisturbed);
});

test('a file cut short, with a row mended, that comes whole afterwards: nothing of the part stays', async () => {
  await landFund(platform, 'wrong');
  const whole = await stateOf(platform);
  await withdraw(await newest());
  const content = fileOf('wrong');
  const part = await landFund(platform, 'wrong', content.slice(0, content.lastIndexOf('-5')));
  await mend(platform, part);
  await putInInbox(platform, FUND, 'fund_20260202.csv', content);
  await landInbox(platform);
  expect(await stateOf(platform)).toEqual(whole);
  expect(await openRows(await newest())).toEqual([{ row: 4 }, { row: 5 }]);
});

const newest = async (): Promise<number> =>
  (
    await platform.store.db
      .selectFrom('batch')
      .select((row) => row.fn.max('batch_id').as('last'))
      .executeTakeFirstOrThrow()
  ).last;
