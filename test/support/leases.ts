/** A small contract made at run time, for tests of versions and drift. */
import type { DatasetInput } from '../../ingestion/contract.ts';

export const leases: DatasetInput = {
  source: 'trial',
  dataset: 'lease',
  zh: '租约',
  reference: '测试',
  owner: '测试机构',
  grain: '一份租约',
  key: ['lease_no'],
  load: { strategy: 'append' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'monthly',
  latenessDays: 31,
  level: 2,
  legalBasis: '测试',
  fields: [
    { name: 'lease_no', source: '租约编号', element: 'identifier', required: true, onInvalid: 'reject' },
    { name: 'monthly_rent', source: '月租金', element: 'money' },
    { name: 'sex_code', source: '性别', element: 'code', codes: 'sex' },
    { name: 'floor_area', source: '面积', element: 'area' },
  ],
};
