import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 补贴实发 (D.9 表13, 002:10786) */
export const operationsSubsidyPaid = defineDataset({
  source: 'operations',
  dataset: 'subsidy_paid',
  zh: '补贴实发',
  reference: 'D.9 表13, 002:10786',
  owner: '住房保障服务中心',
  grain: 'one row per disbursement of subsidy',
  key: ['subsidy_paid_no'],
  load: { strategy: 'append', cursor: 'paid_on' },
  delivery: { shape: 'csv', encoding: 'utf-8-bom' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 4,
  legalBasis: '住房保障业务自有数据，《公共租赁住房管理办法》第三十条',
  fields: [
    field('subsidy_paid_no', '实发编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('subsidy_due_no', '应发编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('amount_paid', '实发金额', 'money', { required: true, onInvalid: 'reject' }),
    field('paid_on', '实发日期', 'date', { required: true, onInvalid: 'reject' }),
    field('pay_method', '发放方式', 'code', { codes: 'pay_method' }),
    field('pay_state', '发放状态', 'code', { codes: 'pay_state' }),
    field('bank_account', '银行账号', 'bank_account'),
  ],
});
