import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { landOwnChanges } from '../../ingestion/connectors/operational-store.ts';
import { rowsOf } from '../support/deliveries.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(async () => {
  await platform.close();
});

const change = (
  key: string,
  version: number,
  operation: 'I' | 'U' | 'D',
  origin: 'import' | 'staff',
  content: string,
) =>
  platform.store.db
    .insertInto('resource_change')
    .values({
      entity: 'complaint',
      key,
      version,
      operation,
      origin,
      record: JSON.stringify({ complaint_no: key, complained_at: '2026-11-01 08:00:00', content }),
      changed_by: 'test',
    })
    .execute();
const landed = () =>
  rowsOf(
    platform,
    'SELECT `投诉事件编号` AS no, _op, `投诉内容` AS content FROM raw.anju__complaint ORDER BY _batch_id, _row_no',
  );

test('changes of staff land once, in order, with the operation they had', async () => {
  await change('C0', 1, 'I', 'import', 'known to the base layer');
  await change('C1', 1, 'I', 'staff', 'noise');
  await change('C1', 2, 'U', 'staff', 'noise at night');
  expect(await landOwnChanges(platform)).toMatchObject([{ dataset: 'anju.complaint', landed: 2, loaded: 2 }]);
  expect(await landOwnChanges(platform)).toEqual([]);
  await change('C1', 3, 'D', 'staff', 'noise at night');
  await change('C1', 4, 'I', 'staff', 'again');
  await landOwnChanges(platform);
  expect(await landed()).toEqual([
    { no: 'C1', _op: 'Insert', content: 'noise' },
    { no: 'C1', _op: 'Update', content: 'noise at night' },
    { no: 'C1', _op: 'Delete', content: 'noise at night' },
    { no: 'C1', _op: 'Insert', content: 'again' },
  ]);
});

test('a position lost in a crash loads nothing twice', async () => {
  const before = await landed();
  await platform.store.db.deleteFrom('connector_position').execute();
  const results = await landOwnChanges(platform);
  expect(results).toMatchObject([{ landed: 4, loaded: 0, deduplicated: 4 }]);
  expect(await landed()).toEqual(before);
});
