import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { canonical, resourceDefinitions } from '../../api/resources/definition.ts';
import { importResources } from '../../api/resources/import.ts';
import { listResources, updateResource } from '../../api/resources/repository.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';
import { smallTown } from '../support/small-town.ts';
import { createStdTables, deliverStd, type StdRow } from '../support/std-tables.ts';

const FORMATTED = new Set(['code', 'date', 'timestamp', 'money', 'integer', 'quantity']);
let platform: TestPlatform;
const [applications, contracts] = resourceDefinitions;
const many: StdRow[] = Array.from({ length: 4500 }, (_, index) => ({
  complaint_no: `TS-${String(index).padStart(5, '0')}`,
  complained_at: '2026-10-30 16:30:00.250',
  complaint_state: 'received',
  complainant_name: index === 7 ? '王"五\\' : '张三',
  content: index === 8 ? '换行\n引号"和<b>' : '漏水',
}));

beforeAll(async () => {
  platform = await testPlatform();
  const { warehouse } = platform;
  await createStdTables(warehouse);
  for (const { dataset } of resourceDefinitions)
    await warehouse.run(
      `CREATE VIEW base.std_operations__${dataset.dataset} AS SELECT * FROM delivered.std_operations__${dataset.dataset}`,
    );
  for (const [dataset, rows] of Object.entries(smallTown))
    if (/^operations\.(application|contract)$/.test(dataset)) await deliverStd(warehouse, dataset, 1, rows);
  await deliverStd(warehouse, 'operations.complaint', 1, many);
  await deliverStd(warehouse, 'operations.breach_report', 1, [
    { breach_no: 'WY1', reported_on: '2026-10-20', breach_kind: 'sublet', contract_no: 'HT1' },
  ]);
});
afterAll(async () => platform.close());

const townRows = (dataset: string) => Object.entries(smallTown).find(([name]) => name === dataset)?.[1] ?? [];

describe('the cases of the business system', () => {
  test('become records for staff, every one once, in canonical values', async () => {
    expect(await importResources(platform)).toEqual({
      application: townRows('operations.application').length,
      contract: townRows('operations.contract').length,
      complaint: 4500,
      breach_report: 1,
    });
    for (const definition of resourceDefinitions) {
      const rows = await listResources(platform.store, definition, { limit: 200 });
      expect(rows.length).toBeGreaterThan(0);
      for (const { record, key } of rows) {
        expect(record[definition.key]).toBe(key);
        expect(Object.keys(record).toSorted()).toEqual(
          definition.dataset.fields.map(({ name }) => name).toSorted(),
        );
        // The town's numbers are not written as elements would write them; what the import itself formats is.
        for (const field of definition.dataset.fields.filter(({ element }) => FORMATTED.has(element)))
          expect([field.name, canonical(field, record[field.name] ?? '')]).toEqual([
            field.name,
            record[field.name],
          ]);
      }
    }
  });

  test('keep instants at their place in time and texts as they are', async () => {
    const complaints = resourceDefinitions[2];
    if (complaints === undefined) throw new Error('there is no definition of complaints');
    const rows = await listResources(platform.store, complaints, { limit: 10 });
    expect(rows[0]?.record['complained_at']).toBe('2026-10-31 00:30:00.250+08:00');
    expect(rows[7]?.record['complainant_name']).toBe('王"五\\');
    expect(rows[8]?.record['content']).toBe('换行\n引号"和<b>');
  });

  test('are marked as imported, so that the pipeline does not read them back', async () => {
    const origins = await platform.store.db
      .selectFrom('resource_change')
      .select(['origin', 'version', 'operation'])
      .distinct()
      .execute();
    expect(origins).toEqual([{ origin: 'import', version: 1, operation: 'I' }]);
  });

  test('are taken once; later batches add what is new and touch nothing staff changed', async () => {
    expect(await importResources(platform)).toEqual({
      application: 0,
      contract: 0,
      complaint: 0,
      breach_report: 0,
    });
    if (contracts === undefined || applications === undefined) throw new Error('definitions are missing');
    const [first] = await listResources(platform.store, contracts, { limit: 1 });
    if (first === undefined) throw new Error('there is no contract');
    const changed = { ...first.record, breach_clause: '逾期三月解除' };
    await updateResource(platform.store, contracts, first.key, 1, changed, { user: 'staff', reason: '' });
    const [row = {}] = townRows('operations.contract');
    await deliverStd(platform.warehouse, 'operations.contract', 2, [
      { ...row, contract_no: first.key },
      { ...row, contract_no: 'HT-NEW' },
    ]);
    expect(await importResources(platform)).toEqual({
      application: 0,
      contract: 1,
      complaint: 0,
      breach_report: 0,
    });
    const after = await listResources(platform.store, contracts, { limit: 200 });
    expect(after.find(({ key }) => key === first.key)).toMatchObject({ version: 2, record: changed });
    expect(after.some(({ key }) => key === 'HT-NEW')).toBe(true);
  });

  test('interrupted, go on where they were', async () => {
    await platform.store.db.deleteFrom('resource_import').where('entity', '=', 'complaint').execute();
    await platform.store.db.deleteFrom('resource_change').where('key', 'like', 'TS-0001%').execute();
    await platform.store.db.deleteFrom('resource').where('key', 'like', 'TS-0001%').execute();
    expect(await importResources(platform)).toMatchObject({ complaint: 10 });
  });
});
