import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineHomeDataset, saveContract } from '../../ingestion/contracts/home.ts';
import { inForce } from '../../ingestion/contracts/in-force.ts';
import type { DatasetInput } from '../../ingestion/contract.ts';
import { landFile } from '../../ingestion/landing/index.ts';
import { rowsOf } from '../support/deliveries.ts';
import { leases } from '../support/leases.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

const versioned: DatasetInput = {
  ...leases,
  version: 3,
  effectiveFrom: '2024-01-01',
  versions: [
    {
      version: 1,
      effectiveFrom: '2020-01-01',
      delivery: { shape: 'csv', encoding: 'gb18030', delimiter: '|' },
      renamed: { monthly_rent: '租金（万元）', lease_no: '合同号' },
      units: { monthly_rent: 'wan_yuan' },
      missing: ['floor_area', 'sex_code'],
    },
    { version: 2, effectiveFrom: '2022-01-01', codes: { sex_code: 'sex' }, missing: ['floor_area'] },
  ],
};

describe('versions of a contract', () => {
  test('the one in force on the business date is taken, the first for what came before it', () => {
    const dataset = defineHomeDataset(versioned);
    const versionAt = (day: string) => inForce(dataset, day).version;
    expect(
      ['2019-06-30', '2020-01-01', '2021-12-31', '2022-01-01', '2024-01-01', '2030-01-01'].map(versionAt),
    ).toEqual([1, 1, 1, 2, 3, 3]);
  });

  test.each<[string, Partial<DatasetInput>, RegExp]>([
    ['no date of its own', { effectiveFrom: undefined }, /effectiveFrom/],
    ['dates out of order', { effectiveFrom: '2021-01-01' }, /follow each other/],
    ['numbers out of order', { version: 2 }, /follow each other/],
    [
      'a field it does not have',
      { versions: [{ version: 1, effectiveFrom: '2020-01-01', missing: ['nothing'] }] },
      /no field of it/,
    ],
  ])('are refused with %s', (_what, change, reason) => {
    expect(() => defineHomeDataset({ ...versioned, ...change })).toThrow(reason);
  });
});

describe('files of their time', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await testPlatform();
    await saveContract(platform.config, versioned);
  });
  afterAll(() => platform.close());

  test('arrive in the columns of today, in units and words of today', async () => {
    const files = {
      'lease_20210131.csv': '合同号|租金（万元）\nL1|0.12\nL2|1200元\n',
      'lease_20230131.csv': '租约编号,月租金,性别\nL3,1300,1\n',
      'lease_20260131.csv': '租约编号,月租金,性别,面积\nL4,1400,女,60\n',
    };
    for (const [name, text] of Object.entries(files)) {
      const path = join(platform.config.home, name);
      await writeFile(path, text);
      expect(await landFile(platform, { path, dataset: 'trial.lease' })).toMatchObject({ state: 'loaded' });
    }
    expect(
      await rowsOf(
        platform,
        'SELECT `租约编号` AS no, `月租金` AS rent, `性别` AS sex, `面积` AS area FROM raw.trial__lease ORDER BY no',
      ),
    ).toEqual([
      { no: 'L1', rent: '0.12万', sex: '', area: '' },
      { no: 'L2', rent: '1200元', sex: '', area: '' },
      { no: 'L3', rent: '1300', sex: '男性', area: '' },
      { no: 'L4', rent: '1400', sex: '女', area: '60' },
    ]);
    const ledger = await platform.store.db
      .selectFrom('delivery')
      .select(['file_name', 'contract_version'])
      .orderBy('file_name')
      .execute();
    expect(ledger.map(({ contract_version }) => contract_version)).toEqual([1, 2, 3]);
  });

  test('a column the version had not yet may be missing then and not now', async () => {
    const path = join(platform.config.home, 'short.csv');
    await writeFile(path, '租约编号,月租金,性别\nL9,1,男\n');
    const land = (businessDate: string) => landFile(platform, { path, dataset: 'trial.lease', businessDate });
    expect(await land('2026-02-28')).toMatchObject({ state: 'refused' });
    expect(await land('2023-02-28')).toMatchObject({ state: 'loaded', loaded: 1 });
  });
});
