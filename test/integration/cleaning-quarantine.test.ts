/** Rows turned away for what a rule of staff mends: tried again with it, once, with before, after and rule. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { withdrawBatch } from '../../ingestion/landing/index.ts';
import {
  activate,
  cleaningRules,
  definitionSchema,
  draftRule,
  tryOut,
} from '../../pipelines/cleaning/index.ts';
import { mendWaiting } from '../../pipelines/cleaning/waiting.ts';
import { landDeliveries } from '../../pipelines/land.ts';
import { runPipeline } from '../../pipelines/runner.ts';
import { csvOf, putInInbox, rowsOf } from '../support/deliveries.ts';
import { type TestApi, testApi } from '../support/api.ts';

jest.setTimeout(900_000);

const PAID = 'operations.rent_paid';
const by = { user: 'clerk', reason: '测试' };
let api: TestApi;

const paid = (no: string, amount: string, more: Record<string, string> = {}): Record<string, string> => ({
  ...{ rent_paid_no: no, rent_due_no: `D${no}`, amount_paid: amount, paid_on: '2026-01-03', ...more },
});
const deliver = (day: string, rows: Record<string, string>[]): Promise<string> =>
  putInInbox(api.platform, PAID, `paid_${day}.csv`, csvOf(PAID, rows));
const run = async (): Promise<void> => {
  const select = ['std_operations__rent_paid', 'cleaning_change', 'cleaning_finding'];
  const { models } = await runPipeline(api.platform, { land: landDeliveries, select });
  expect(models.filter(({ status }) => status === 'failed')).toEqual([]);
};
/** What trying said of quarantine, by rule. */
const wouldLand = new Map<number, number | undefined>();
async function letIn(action: unknown, more: object = {}): Promise<number> {
  const { ruleId } = await draftRule(
    api.platform,
    definitionSchema.parse({ dataset: PAID, action, ...more }),
    by,
  );
  const { quarantine = [] } = await tryOut(api.platform, ruleId, by, 'none');
  wouldLand.set(ruleId, quarantine[0]?.mended);
  await activate(api.platform, ruleId, by);
  return ruleId;
}
interface Waiting {
  batchId: number;
  rowNo: number;
  state: string;
}
/** Rows of quarantine by their number. */
const waiting = async (): Promise<Map<string, Waiting>> => {
  const answer = await api
    .as('staff')
    .get('/api/quarantine')
    .query({ dataset: PAID, limit: 100 })
    .expect(200);
  const { items } = answer.body as { items: Waiting[] };
  const texts = await rowsOf(
    api.platform,
    "SELECT toString(batch_id) AS batch, toString(row_no) AS row, JSONExtractString(row_text, '实收编号') AS no FROM meta.quarantine",
  );
  const numberOf = ({ batchId, rowNo }: Waiting): string =>
    String(texts.find(({ batch, row }) => batch === String(batchId) && row === String(rowNo))?.['no']);
  return new Map(items.map((item) => [numberOf(item), item]));
};
const states = async (): Promise<Record<string, string>> =>
  Object.fromEntries([...(await waiting())].map(([no, item]) => [no, item.state]));
const loaded = (): Promise<Record<string, unknown>[]> =>
  rowsOf(
    api.platform,
    `SELECT rent_paid_no AS no, toFloat64(amount_paid) AS amount, pay_method, arrayMap(one -> (one.field, one.value_before), _cleaned) AS cleaned
     FROM base.std_operations__rent_paid ORDER BY no`,
  );
const count = async (sql: string): Promise<number> => Number((await rowsOf(api.platform, sql))[0]?.['n']);

beforeAll(async () => {
  api = await testApi();
  await deliver('20260103', [
    paid('P1', '100'),
    paid('P2', '约200'),
    paid('P3', '约300', { paid_on: '2026-02-30' }),
    paid('P4', '约400', { pay_method: '扫一扫' }),
    paid('P5', '约500', { contract_no: 'C5' }),
    paid('P6', '约600'),
    paid('P7', '约700'),
  ]);
  await deliver('20260104', [paid('P6', '606')]);
  await run();
});
afterAll(() => api.close());

let ruleId = 0;
let scan = 0;
test('what rules mend lands, and what they do not stays where it is', async () => {
  const before = await waiting();
  expect([...before.keys()].toSorted()).toEqual(['P2', 'P3', 'P4', 'P5', 'P6', 'P7']);
  const { batchId = 0, rowNo = 0 } = before.get('P7') ?? {};
  const selection = { batchId, rowNos: [rowNo] };
  await api.as('staff').post('/api/quarantine/claim').send({ dataset: PAID, selection }).expect(200);

  ruleId = await letIn({ kind: 'strip', field: 'amount_paid', words: ['约'], at: 'start' });
  scan = await letIn({ kind: 'map', field: 'pay_method', words: { 扫一扫: '微信' } });
  // 约500 → 500 → 5: landed so, the rule would make 0.05 of it.
  await letIn(
    { kind: 'unit', field: 'amount_paid', from: 'fen' },
    { when: [{ field: 'contract_no', is: 'one_of', values: ['C5'] }], order: 200 },
  );
  // P2, P4 and P5, which the last rule spoils; of P4 its way of payment was not at fault.
  expect([...wouldLand.values()]).toEqual([3, 0, 0]);
  await run();

  expect(await states()).toEqual({
    ...{ P2: 'mended', P3: 'open', P4: 'mended', P5: 'open', P6: 'open', P7: 'claimed' },
  });
  expect(await loaded()).toEqual([
    { no: 'P1', amount: 100, pay_method: '', cleaned: [] },
    { no: 'P2', amount: 200, pay_method: '', cleaned: [] },
    // Of a field that was not at fault raw has the delivered text, cleaned on the way to base.
    {
      no: 'P4',
      amount: 400,
      pay_method: 'wechat',
      cleaned: [['pay_method', '扫一扫']],
    },
    { no: 'P6', amount: 606, pay_method: '', cleaned: [] },
  ]);
  const mended = before.get('P2')?.rowNo ?? 0;
  const item = await api.as('staff').get(`/api/quarantine/${batchId}/${mended}`).expect(200);
  expect(item.body).toMatchObject({
    actions: [
      {
        kind: 'mend',
        author: 'anju',
        reason: `清洗规则 ${ruleId}（第 1 版）`,
        changes: [{ field: 'amount_paid', column: '实收金额', ruleId, ruleVersion: 1 }],
      },
    ],
  });
  expect(
    await rowsOf(
      api.platform,
      `SELECT field, toUInt32(rule_id) AS rule, value_before, value_after FROM meta.quarantine_edit ORDER BY row_no`,
    ),
  ).toEqual([
    { field: 'amount_paid', rule: ruleId, value_before: '约200', value_after: '200' },
    { field: 'amount_paid', rule: ruleId, value_before: '约400', value_after: '400' },
  ]);
});

test('nothing twice: the next run finds nothing to do, and a row that comes later is mended in its own run', async () => {
  const edits = 'SELECT count() AS n FROM meta.quarantine_edit';
  await run();
  expect(await count(edits)).toBe(2);
  expect(await loaded()).toHaveLength(4);
  await deliver('20260105', [paid('P8', '约800')]);
  await run();
  expect(await count(edits)).toBe(3);
  expect((await loaded()).at(-1)).toMatchObject({ no: 'P8', amount: 800 });
  const actions = await api.platform.store.db
    .selectFrom('quarantine_action')
    .select(['rows', 'state'])
    .where('kind', '=', 'mend')
    .execute();
  expect(actions.map(({ rows, state: of }) => [Number(rows), of])).toEqual([
    [2, 'done'],
    [1, 'done'],
  ]);
});

test('a rule retired mends no more; the batch withdrawn takes along what was made of its rows', async () => {
  await cleaningRules.retire(api.platform.store, ruleId, by);
  await cleaningRules.retire(api.platform.store, scan, by);
  await deliver('20260106', [paid('P9', '约900')]);
  await run();
  expect((await loaded()).map(({ no }) => no)).toEqual(['P1', 'P2', 'P4', 'P6', 'P8']);
  const { batchId = 0 } = (await waiting()).get('P2') ?? {};
  await withdrawBatch(api.platform, { batchId, reason: '测试', by: 'clerk' });
  await run();
  expect((await loaded()).map(({ no }) => no)).toEqual(['P6', 'P8']);
  expect(await count('SELECT count() AS n FROM meta.quarantine_edit')).toBe(1);
});

test('a try-out says how many waiting rows the rule would let in, and touches none; they land a part at a time', async () => {
  await deliver('20260107', [paid('P10', '约10'), paid('P11', '约11'), paid('P12', '若干')]);
  await run();
  const action = { kind: 'strip', field: 'amount_paid', words: ['约'], at: 'start' };
  const drafted = await draftRule(api.platform, definitionSchema.parse({ dataset: PAID, action }), by);
  const rule = drafted.ruleId;
  const edits = 'SELECT count() AS n FROM meta.quarantine_edit';
  const before = [await states(), await count(edits)];
  const tried = await api
    .as('staff')
    .post(`/api/cleaning/rules/${rule}/try`)
    .send({ readers: 'none' })
    .expect(200);
  // P9 of the day before waits as well.
  expect(tried.body).toMatchObject({ quarantine: [{ dataset: PAID, waiting: 4, mended: 3 }] });
  expect([await states(), await count(edits)]).toEqual(before);
  const left =
    "SELECT count() AS n FROM system.tables WHERE database = 'raw_stage' AND name LIKE '%\\_\\_trial\\_%'";
  expect(await count(left)).toBe(0);
  // What looks beyond one text reaches no row in quarantine.
  const incomplete = definitionSchema.parse({
    dataset: PAID,
    action: { kind: 'incomplete', fields: ['pay_method'] },
  });
  const other = await draftRule(api.platform, incomplete, by);
  expect((await tryOut(api.platform, other.ruleId, by, 'none')).quarantine).toEqual([]);

  await activate(api.platform, rule, by);
  const mends = async (): Promise<number> =>
    (
      await api.platform.store.db
        .selectFrom('quarantine_action')
        .select('kind')
        .where('kind', '=', 'mend')
        .execute()
    ).length;
  const made = await mends();
  // More rows of a batch than one action may be about are several.
  expect(await mendWaiting(api.platform, await contractsOf(api.platform.config), 1)).toBe(3);
  expect((await mends()) - made).toBe(3);
  await run();
  expect((await loaded()).map(({ no }) => no)).toEqual(['P10', 'P11', 'P6', 'P8', 'P9']);
});
