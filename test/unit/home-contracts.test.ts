import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DatasetInput } from '../../ingestion/contract.ts';
import { contractsOf, defineHomeDataset, saveContract } from '../../ingestion/contracts/home.ts';
import { datasets } from '../../ingestion/contracts/index.ts';
import { homeModelFiles } from '../../ingestion/generate/std-model.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { masksOfHome } from '../../pipelines/personal-columns.ts';
import { MODELS_DIRECTORY } from '../../pipelines/runner.ts';
import { temporaryDirectory } from '../support/platform.ts';

let home: string;
let dispose: () => Promise<void>;
beforeEach(async () => {
  ({ path: home, dispose } = await temporaryDirectory());
});
afterEach(() => dispose());

const parking: DatasetInput = {
  source: 'parking',
  dataset: 'space',
  zh: '车位',
  reference: '来文',
  owner: '某停车公司',
  grain: '一个车位',
  key: ['space_no'],
  load: { strategy: 'full' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'irregular',
  latenessDays: 31,
  level: 3,
  legalBasis: '试点',
  state: 'draft',
  fields: [
    { name: 'space_no', source: '车位号', element: 'identifier', required: true, onInvalid: 'reject' },
    { name: 'column_02', source: '车主电话', element: 'phone' },
    { name: 'column_03', source: '备注', element: 'text' },
    { name: 'floor_area', source: '面积', element: 'area' },
  ],
};

describe('contracts made at run time', () => {
  test('stand beside those in the code, and are read anew when they change', async () => {
    const config = { home };
    expect((await contractsOf(config)).all).toEqual(datasets);
    await saveContract(config, parking);
    const contracts = await contractsOf(config);
    expect(contracts.all).toHaveLength(datasets.length + 1);
    expect(contracts.get('parking.space')).toMatchObject({ state: 'draft', version: 1 });
    await saveContract(config, { ...parking, version: 2, state: 'agreed' });
    expect((await contractsOf(config)).get('parking.space')).toMatchObject({ state: 'agreed', version: 2 });
  });

  test('a broken file is told and holds up nobody', async () => {
    const path = join(home, 'contracts/parking/space.json');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '{ "source": "parking"');
    await saveContract({ home }, { ...parking, dataset: 'garage' });
    const contracts = await contractsOf({ home });
    expect(contracts.ofHome.map(({ dataset }) => dataset)).toEqual(['garage']);
    expect(contracts.broken).toMatchObject([{ dataset: 'parking.space' }]);
    expect(() => contracts.get('parking.space')).toThrow(/JSON/);
    expect(() => contracts.get('parking.nothing')).toThrow('There is no contract parking.nothing.');
  });

  test.each<[string, Partial<DatasetInput>, RegExp]>([
    ['a name of one in the code', { source: 'utilities', dataset: 'water_reading' }, /in the code/],
    ['a path', { source: '../../etc' }, /snake_case/],
    ['half of a table', { source: 'parking__a' }, /single underscores/],
    ['our own store', { source: 'anju' }, /reserved/],
    ['SQL', { checks: [{ rule: 'r', message: 'm', sql: '1', onFail: 'mark' }] }, /SQL/],
    ['a line end in a title', { zh: '车位\nDROP TABLE x' }, /control characters/],
    ['a template in a title', { grain: '{{ 1 + 1 }}' }, /template marks/],
    [
      'a template in a column',
      { fields: [{ name: 'space_no', source: '{% endraw %}', element: 'text' }] },
      /template marks/,
    ],
    [
      'a column of ours',
      { fields: [{ name: 'space_no', source: '_batch_id', element: 'text' }] },
      /landing's own/,
    ],
    ['an unknown element', { fields: [{ name: 'space_no', source: 'a', element: 'nothing' }] }, /unknown/],
  ])('%s is refused', (_what, change, reason) => {
    expect(() => defineHomeDataset({ ...parking, ...change })).toThrow(reason);
  });

  test('a run gets their standardising models, and masks by data element', async () => {
    const contract = defineHomeDataset(parking);
    const project = await loadProject(MODELS_DIRECTORY, homeModelFiles([contract]));
    expect(project.nodes.get('std_parking__space')).toMatchObject({
      relation: { database: 'base', name: 'std_parking__space' },
      columns: expect.arrayContaining([expect.objectContaining({ name: 'floor_area' })]),
    });
    expect([...masksOfHome([contract]).values()]).toEqual(['hidden', 'phone', 'hidden', 'none']);
    expect([...masksOfHome([{ ...contract, state: 'agreed' }]).values()]).toEqual([
      'none',
      'phone',
      'none',
      'none',
    ]);
  });
});
