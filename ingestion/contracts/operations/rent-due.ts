import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 租金应收 (D.9 表16, 002:10826) */
export const operationsRentDue = defineDataset({
  source: 'operations',
  dataset: 'rent_due',
  zh: '租金应收',
  reference: 'D.9 表16, 002:10826',
  owner: '住房保障服务中心',
  grain: 'one row per contract and month of rent due',
  key: ['rent_due_no'],
  load: { strategy: 'append', cursor: 'rent_month' },
  delivery: { shape: 'csv', encoding: 'utf-8-bom' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 3,
  legalBasis: '住房保障业务自有数据，《公共租赁住房管理办法》第三十条',
  fields: [
    field('rent_due_no', '应收编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('contract_no', '合同编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('house_code', '房屋编码', 'house_code'),
    field('rent_month', '租金年月', 'month', { required: true, onInvalid: 'reject' }),
    field('amount_due', '应收金额', 'money', { required: true, onInvalid: 'reject' }),
    field('due_on', '应收日期', 'date', { required: true }),
  ],
});
