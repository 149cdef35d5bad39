import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 交存与续筹、补建、追缴、补齐: 补交款信息应含预设分类的补交原因 (CJJ/T 258 5.2.1); one data set, told apart by its kind */
export const maintenanceFundDeposit = defineDataset({
  source: 'maintenance_fund',
  dataset: 'deposit',
  zh: '维修资金交存',
  reference: 'CJJ/T 258 5.2.1, 5.1.2A, 000:171-185',
  owner: '住宅专项维修资金管理中心',
  grain: 'one row per deposit due, first or later',
  key: ['deposit_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'gb18030' },
  cadence: 'monthly',
  latenessDays: 15,
  level: 3,
  legalBasis: '《住宅专项维修资金管理办法》（建设部、财政部令第165号）第五条：主管部门的指导和监督',
  fields: [
    field('deposit_no', '交存单号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('account_no', '分户账号', 'identifier', { required: true }),
    field('deposit_kind', '交存类型', 'code', { codes: 'maintenance_fund_deposit' }),
    field('reason', '补交原因', 'text'),
    field('amount_due', '应交金额', 'money', { required: true }),
    field('due_on', '应交日期', 'date', { required: true }),
    field('amount_paid', '实交金额', 'money'),
    field('paid_on', '交存日期', 'date'),
    field('pay_method', '交款方式', 'code', { codes: 'pay_method' }),
    field('receipt_no', '票据号', 'identifier'),
  ],
});
