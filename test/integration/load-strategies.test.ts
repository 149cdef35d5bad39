/** Deliveries that connectors fetch: snapshots of a source's table and stretches of its log, whatever the contract's strategy. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { DeliveryResult } from '../../ingestion/landing/index.ts';
import { landFile } from '../../ingestion/landing/index.ts';
import type { LoadAs } from '../../warehouse/operational/tables/ledger.ts';
import { csvOf, putInInbox, rowsOf } from '../support/deliveries.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

const MEMBER = 'operations.household_member';
const CSV = { shape: 'csv', encoding: 'utf-8', delimiter: ',', headerRows: 1 } as const;

let platform: TestPlatform;
let files = 0;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(async () => {
  await platform.close();
});

const member = (member_no: string, person_name: string): Record<string, string> => ({
  member_no,
  application_no: 'A1',
  id_number: '439901198001010011',
  person_name,
});
const changed = (change: string, op: string, row: Record<string, string>): Record<string, string> => ({
  ...row,
  _op: op,
  _change: change,
});

/** Lands a file of members as a connector would. */
async function collect(
  loadAs: LoadAs,
  rows: Record<string, string>[],
  more: { businessDate?: string; massDeleteReason?: string } = {},
): Promise<DeliveryResult> {
  files += 1;
  const content = csvOf(MEMBER, rows, loadAs === 'changes' ? ['_op', '_change'] : []);
  const path = await putInInbox(platform, MEMBER, `${loadAs}-${files}.csv`, content);
  const collected = { shape: CSV, loadAs, task: { id: 'members', position: { files } } };
  return landFile(platform, { path, dataset: MEMBER, businessDate: '2026-02-01', ...more, collected });
}

const versions = () =>
  rowsOf(
    platform,
    'SELECT `家庭成员编号` AS no, `姓名` AS name, _op AS op, _change AS change FROM raw.operations__household_member ORDER BY _batch_id, _row_no, no',
  );
const position = () => platform.store.db.selectFrom('collection_position').select('position').execute();

test('a snapshot is the whole table, whatever the contract says', async () => {
  expect(
    await collect('snapshot', [member('M1', '张三'), member('M2', '李四'), member('M3', '王五')]),
  ).toMatchObject({
    loaded: 3,
  });
  expect(await collect('snapshot', [member('M1', '张三'), member('M2', '李思')])).toMatchObject({
    loaded: 1,
    deduplicated: 1,
    deleted: 1,
  });
  expect((await versions()).slice(3)).toEqual([
    { no: 'M3', name: '王五', op: 'Delete', change: '' },
    { no: 'M2', name: '李思', op: 'Update', change: '' },
  ]);
});

test('a log: every change a version, in its order; a Delete needs its key alone; what was read once is a repeat', async () => {
  const log = [
    changed('0/01', 'U', member('M1', '张山')),
    changed('0/02', 'U', member('M1', '张三')),
    changed('0/03', 'D', { member_no: 'M2' }),
    changed('0/04', 'I', member('M2', '李四')),
    changed('0/05', 'I', member('M4', '赵六')),
  ];
  expect(await collect('changes', log)).toMatchObject({ landed: 5, loaded: 5, quarantined: 0 });
  const expected = [
    { no: 'M1', name: '张山', op: 'Update', change: '0/01' },
    { no: 'M1', name: '张三', op: 'Update', change: '0/02' },
    { no: 'M2', name: '', op: 'Delete', change: '0/03' },
    { no: 'M2', name: '李四', op: 'Insert', change: '0/04' },
    { no: 'M4', name: '赵六', op: 'Insert', change: '0/05' },
  ];
  expect((await versions()).slice(5)).toEqual(expected);

  // Cut another way, as after a crash of the source: three known, one new that says what is known, one for a key never seen.
  const again = [
    ...log.slice(2),
    changed('0/06', 'U', member('M4', '赵六')),
    changed('0/07', 'D', { member_no: 'M9' }),
    changed('', 'U', member('M4', '赵七')),
    changed('0/08', 'X', member('M4', '赵七')),
    changed('0/09', 'U', { member_no: 'M4' }),
  ];
  expect(await collect('changes', again)).toMatchObject({
    landed: 8,
    loaded: 2,
    deduplicated: 3,
    quarantined: 3,
  });
  expect((await versions()).slice(10)).toEqual([
    { no: 'M4', name: '赵六', op: 'Update', change: '0/06' },
    { no: 'M9', name: '', op: 'Delete', change: '0/07' },
  ]);
  expect(await rowsOf(platform, 'SELECT rule, field FROM meta.quarantine ORDER BY row_no')).toMatchObject([
    { rule: 'required', field: '_change' },
    { rule: 'unknown_operation', field: '_op' },
    { rule: 'required' },
  ]);
});

test('a clock set back puts no change before what is known', async () => {
  const late = [changed('0/10', 'U', member('M4', '赵八'))];
  expect(await collect('changes', late, { businessDate: '2026-01-01' })).toMatchObject({
    loaded: 1,
    businessDate: '2026-02-01',
  });
  // Another snapshot finds nothing to say of rows the log has brought up to date.
  const now = [member('M1', '张三'), member('M2', '李四'), member('M4', '赵八')];
  expect(await collect('snapshot', now, { businessDate: '2026-01-02' })).toMatchObject({
    loaded: 0,
    deduplicated: 3,
    deleted: 0,
  });
});

test('a table emptied is held, unless the source itself or somebody answers for it', async () => {
  expect(await collect('snapshot', [])).toMatchObject({
    state: 'refused',
    refusal: { where: { rule: 'mass_delete', deleted: 3, known: 3 } },
  });
  const before = (await versions()).length;
  expect(await collect('snapshot', [], { massDeleteReason: 'TRUNCATE at 0/11' })).toMatchObject({
    deleted: 3,
    notes: ['Deleting 3 of 3 rows known was accepted: TRUNCATE at 0/11'],
  });
  expect((await versions()).slice(before).map(({ no, op }) => [no, op])).toEqual([
    ['M1', 'Delete'],
    ['M2', 'Delete'],
    ['M4', 'Delete'],
  ]);
  expect(await position()).toEqual([{ position: { files } }]);
});
