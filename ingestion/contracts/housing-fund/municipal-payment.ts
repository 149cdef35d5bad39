import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 市直公积金缴纳信息 (A1-08, 002:5979) */
export const housingFundMunicipalPayment = defineDataset({
  source: 'housing_fund',
  dataset: 'municipal_payment',
  zh: '市直公积金缴纳信息',
  reference: 'A1-08, 002:5979',
  owner: '市住房公积金管理中心',
  grain: 'one row per provident-fund account and month paid',
  key: ['account_no', 'pay_month'],
  load: { strategy: 'append', cursor: 'pay_month' },
  delivery: { shape: 'csv', encoding: 'utf-8-bom' },
  cadence: 'monthly',
  latenessDays: 15,
  level: 3,
  legalBasis: '《公共租赁住房管理办法》（住房城乡建设部令第11号）第八条：申请人书面同意核查',
  fields: [
    field('account_no', '个人公积金账号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('id_number', '证件号码', 'id_number'),
    field('pay_month', '缴存年月', 'month', { required: true, onInvalid: 'reject' }),
    field('contribution_base', '缴存基数', 'money'),
    field('unit_amount', '单位缴存额', 'money', { onInvalid: 'reject' }),
    field('personal_amount', '个人缴存额', 'money', { onInvalid: 'reject' }),
    field('paid_on', '缴存日期', 'date'),
    field('payment_type', '缴纳类型', 'text'),
  ],
});
