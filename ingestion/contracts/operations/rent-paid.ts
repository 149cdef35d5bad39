import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 租金实收 (D.9 表17, 002:10840) */
export const operationsRentPaid = defineDataset({
  source: 'operations',
  dataset: 'rent_paid',
  zh: '租金实收',
  reference: 'D.9 表17, 002:10840',
  owner: '住房保障服务中心',
  grain: 'one row per payment of rent',
  key: ['rent_paid_no'],
  load: { strategy: 'append', cursor: 'paid_on' },
  delivery: { shape: 'csv', encoding: 'gb18030' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 3,
  legalBasis: '住房保障业务自有数据，《公共租赁住房管理办法》第三十条',
  fields: [
    field('rent_paid_no', '实收编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('rent_due_no', '应收编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('contract_no', '合同编号', 'identifier'),
    field('amount_paid', '实收金额', 'money', { required: true, onInvalid: 'reject' }),
    field('paid_on', '实收日期', 'date', { required: true, onInvalid: 'reject' }),
    field('pay_method', '实收方式', 'code', { codes: 'pay_method' }),
    field('is_full', '是否足额', 'boolean_word'),
  ],
});
