import { describe, expect, test } from '@jest/globals';
import { type DatasetInput, defineDataset } from '../../ingestion/contract.ts';
import {
  driftSchema,
  missingColumnPolicy,
  newColumnPolicy,
  typePolicy,
} from '../../ingestion/drift/policy.ts';
import { catalogFile } from '../../ingestion/generate/catalog.ts';
import { stdModelYaml } from '../../ingestion/generate/std-properties.ts';
import { leases } from '../support/leases.ts';

type Policies = NonNullable<DatasetInput['drift']>;
const contract = (drift: Policies) => defineDataset({ ...leases, drift });

describe('policies of drift', () => {
  test('of a column by name stand in place of those for all; width, blanks and case are no difference', () => {
    const drift = driftSchema.parse({
      column: 'evolve',
      type: 'quarantine',
      columns: { Phone: { column: 'freeze' }, '（备注）': { typeThreshold: 0.5 } },
    });
    expect(newColumnPolicy(drift, ' ＰＨＯＮＥ')).toEqual({ policy: 'freeze', isNamed: true });
    expect(newColumnPolicy(drift, '(备注)')).toEqual({ policy: 'evolve', isNamed: false });
    expect(typePolicy(drift, '(备注)')).toEqual({ policy: 'quarantine', isNamed: false, threshold: 0.5 });
    expect(missingColumnPolicy(drift, '面积')).toEqual({ policy: 'freeze', isNamed: false });
  });

  test.each<[string, Policies, RegExp]>([
    ['says nothing', { columns: { 面积: {} } }, /says nothing/],
    ['a word nobody knows', { columns: { 面积: { policy: 'freeze' } as object } }, /Unrecognized key/],
    ['one column twice', { columns: { Ａ: { column: 'note' }, a: { column: 'note' } } }, /twice/],
    ['values of a column not there', { columns: { 备注: { type: 'freeze' } } }, /no column of it/],
    ['its key', { columns: { 租约编号: { column: 'evolve' } } }, /mean nothing/],
  ])('refuses a contract that contradicts itself: %s', (_, drift, reason) => {
    expect(() => contract(drift)).toThrow(reason);
  });

  test('are in the catalog page and in the description dbt keeps', () => {
    const named = contract({
      column: 'freeze',
      columns: {
        身份证号: { column: 'quarantine' },
        面积: { column: 'note', type: 'freeze', typeThreshold: 0.05 },
      },
    });
    const { content } = catalogFile([named]);
    expect(content).toContain(
      '- 来源变化：新表在收件目录等待，新列拒收，缺列拒收，取值超过 20% 不合规则时标记；“身份证号”：新列有值的行隔离',
    );
    expect(content).toMatch(/\| 面积 \|.*缺列按空值入库，取值超过 5% 不合规则时拒收/);
    expect(stdModelYaml(named)).toMatch(/面积：.*。缺列按空值入库，取值超过 5% 不合规则时拒收/);
  });
});
