/** Policies of drift for a column by name, in place of what the contract says of all. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { landFile } from '../../ingestion/landing/index.ts';
import { saveContract } from '../../ingestion/contracts/home.ts';
import { driftTold } from '../../pipelines/quality/drift-told.ts';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { putInInbox, rowsOf } from '../support/deliveries.ts';
import { LEASE_HEADER as HEADER, leases, leasesAt } from '../support/leases.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
let at: ReturnType<typeof leasesAt>;
beforeAll(async () => {
  platform = await testPlatform();
  at = leasesAt(platform);
});
afterAll(() => platform.close());

const rawOf = (dataset: string, columns: string) =>
  rowsOf(platform, `SELECT ${columns} FROM raw.trial__${dataset} ORDER BY 1, _batch_id`);

describe('a column that comes', () => {
  test('frozen by name refuses the delivery of a contract that evolves; without it the others are kept', async () => {
    const drift = { column: 'evolve', columns: { 身份证号: { column: 'freeze' } } } as const;
    expect(
      await at.land('evolves', `${HEADER},联系电话,身份证号`, ['L1,100,男,60,138,4301'], drift),
    ).toMatchObject({
      state: 'refused',
      refusal: { where: { rule: 'new_column', column: '身份证号' } },
    });
    expect(await at.reports('evolves')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ column_name: '身份证号', policy: 'freeze', is_named: true }),
        expect.objectContaining({ column_name: '联系电话', policy: 'refused', is_named: false }),
      ]),
    );
    expect(await at.land('evolves', `${HEADER},联系电话`, ['L1,100,男,60,138'])).toMatchObject({ loaded: 1 });
    expect(await rawOf('evolves', '`租约编号` AS no, `联系电话` AS phone')).toEqual([
      { no: 'L1', phone: '138' },
    ]);
    expect(await at.reports('evolves')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          column_name: '联系电话',
          policy: 'evolve',
          is_named: false,
          deliveries: 2,
        }),
      ]),
    );
  });

  test('quarantined by name in a contract that takes none: its rows wait, and any other column is refused', async () => {
    const drift = { column: 'freeze', columns: { ' 备注': { column: 'quarantine' } } } as const;
    const lines = ['L1,100,男,60,urgent', 'L2,200,女,61,'];
    expect(await at.land('frozen', `${HEADER},备注`, lines, drift)).toMatchObject({
      loaded: 1,
      quarantined: 1,
    });
    expect(await at.quarantined('frozen')).toEqual([{ rule: 'new_column', field: '', rows: '1' }]);
    expect(await at.reports('frozen')).toMatchObject([
      { column_name: '备注', policy: 'quarantine', is_named: true },
    ]);
    expect(await at.land('frozen', `${HEADER},备注,房号`, ['L3,1,男,60,,5'])).toMatchObject({
      state: 'refused',
      refusal: { where: { column: '房号' } },
    });
  });

  test('each of three in one file goes its own way', async () => {
    const drift = {
      column: 'evolve',
      columns: { 备注: { column: 'quarantine' }, 经办人: { column: 'note' } },
    } as const;
    const lines = ['L1,100,男,60,,张三,138', 'L2,200,女,61,urgent,李四,139'];
    expect(await at.land('mixed', `${HEADER},备注,经办人,联系电话`, lines, drift)).toMatchObject({
      loaded: 1,
      quarantined: 1,
    });
    expect(await rawOf('mixed', '`租约编号` AS no, `联系电话` AS phone')).toEqual([
      { no: 'L1', phone: '138' },
    ]);
    const columns = await rowsOf(
      platform,
      "SELECT name FROM system.columns WHERE database = 'raw' AND table = 'trial__mixed' AND name = '经办人'",
    );
    expect(columns).toEqual([]);
    const policies = (await at.reports('mixed')).map((one) => [one.column_name, one.policy, one.is_named]);
    expect(Object.fromEntries(policies.map(([name, ...rest]) => [name, rest]))).toEqual({
      备注: ['quarantine', true],
      经办人: ['note', true],
      联系电话: ['evolve', false],
    });
  });

  test('is seen behind many others, in records that carry their names too', async () => {
    await saveContract(platform.config, {
      ...leases,
      dataset: 'records',
      delivery: { shape: 'jsonl' },
      drift: { columns: { 身份证号: { column: 'freeze' } } },
    });
    const others = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`附加${i}`, 'x']));
    const record = { 租约编号: 'L1', 月租金: '100', 性别: '男', 面积: '60', ...others, 身份证号: '4301' };
    const path = await putInInbox(
      platform,
      'trial.records',
      'r_20260101.jsonl',
      `${JSON.stringify(record)}\n`,
    );
    expect(await landFile(platform, { path, dataset: 'trial.records' })).toMatchObject({
      state: 'refused',
      refusal: { where: { rule: 'new_column', column: '身份证号' } },
    });
  });
});

describe('a column of the contract that is missing', () => {
  const without = '租约编号,月租金,性别';
  test('is taken as empty where the contract lets it by name, and a row known before is no change', async () => {
    const drift = { columns: { 面积: { column: 'evolve' } } } as const;
    expect(await at.land('absent', HEADER, ['L1,100,男,'], drift)).toMatchObject({ loaded: 1 });
    expect(await at.land('absent', without, ['L1,100,男', 'L2,200,女'])).toMatchObject({
      state: 'loaded',
      loaded: 1,
      deduplicated: 1,
    });
    expect(await at.reports('absent')).toMatchObject([
      { column_name: '面积', change: 'missing_column', policy: 'evolve', is_named: true, deliveries: 1 },
    ]);
    // Another that nobody said anything about still refuses, and both are told.
    expect(await at.land('absent', '租约编号,月租金', ['L3,1'])).toMatchObject({
      state: 'refused',
      refusal: { where: { rule: 'missing_column', column: '性别' } },
    });
    expect((await at.reports('absent')).map((one) => [one.column_name, one.policy]).sort()).toEqual([
      ['性别', 'refused'],
      ['面积', 'evolve'],
    ]);
  });

  test('sets all rows aside under quarantine, also beside a column that is watched', async () => {
    const drift = { column: 'quarantine', columns: { 面积: { column: 'quarantine' } } } as const;
    expect(await at.land('held', `${without},备注`, ['L1,100,男,x', 'L2,200,女,'], drift)).toMatchObject({
      loaded: 0,
      quarantined: 2,
    });
    expect(await at.quarantined('held')).toEqual([{ rule: 'missing_column', field: '', rows: '2' }]);
  });
});

describe('values of a column', () => {
  const good = Array.from({ length: 16 }, (_, i) => `A${i},100,男,60`);
  const bad = Array.from({ length: 4 }, (_, i) => `B${i},much,男,60`);

  test('frozen by name in a contract that evolves, by a threshold of its own', async () => {
    const drift = { columns: { 月租金: { type: 'freeze', typeThreshold: 0.1 } } } as const;
    expect(await at.land('rent', HEADER, [...good, ...bad], drift)).toMatchObject({
      state: 'refused',
      refusal: { where: { rule: 'type_drift', column: '月租金', share: 0.2 } },
    });
    expect(await at.reports('rent')).toMatchObject([{ policy: 'freeze', is_named: true, share: 0.2 }]);
    expect(await at.land('rent', HEADER, [...good, 'B1,much,男,60'])).toMatchObject({ loaded: 17 });
  });

  test('quarantined by name in a contract that freezes: its rows wait, those of another column refuse', async () => {
    const drift = {
      type: 'freeze',
      typeThreshold: 0.1,
      columns: { 月租金: { type: 'quarantine' } },
    } as const;
    expect(await at.land('calm', HEADER, [...good, ...bad], drift)).toMatchObject({
      loaded: 16,
      quarantined: 4,
    });
    const wide = Array.from({ length: 4 }, (_, i) => `C${i},100,男,wide`);
    expect(await at.land('calm', HEADER, [...good, ...bad, ...wide])).toMatchObject({
      state: 'refused',
      refusal: { where: { column: '面积' } },
    });
    expect((await at.reports('calm')).map((one) => [one.column_name, one.policy]).sort()).toEqual([
      ['月租金', 'refused'],
      ['面积', 'freeze'],
    ]);
  });
});

test('the letter tells the owner what was done and that it is the word on this column', async () => {
  const contracts = await contractsOf(platform.config);
  const told = await driftTold(platform, contracts, {
    owner: leases.owner,
    from: '2026-01-01',
    to: '2026-01-31',
  });
  const text = (dataset: string, column: string): string | undefined =>
    told.find((one) => one.dataset === `trial.${dataset}` && one.column === column)?.text;
  expect(text('evolves', '身份证号')).toBe(
    '新增契约中没有的列“身份证号”，该次报送被拒收（契约对该列的专门约定），请说明变更原因',
  );
  expect(text('evolves', '联系电话')).toBe('新增契约中没有的列“联系电话”，该列按原文入库，请说明变更原因');
  expect(text('absent', '面积')).toContain('缺少列“面积”，该列按空值入库（契约对该列的专门约定）');
});
