import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 机关社保缴纳信息 (A1-04, 002:5885) */
export const socialInsuranceCivilPayment = defineDataset({
  source: 'social_insurance',
  dataset: 'civil_payment',
  zh: '机关社保缴纳信息',
  reference: 'A1-04, 002:5885',
  owner: '湖南省人力资源和社会保障厅',
  grain: 'one row per insurance account and month paid',
  key: ['insurance_no', 'pay_month'],
  load: { strategy: 'append', cursor: 'pay_month' },
  delivery: { shape: 'csv', encoding: 'gb18030' },
  cadence: 'monthly',
  latenessDays: 15,
  level: 3,
  legalBasis: '《公共租赁住房管理办法》（住房城乡建设部令第11号）第八条：申请人书面同意核查',
  fields: [
    field('insurance_no', '社保编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('id_number', '身份证号码', 'id_number'),
    field('pay_month', '缴费年月', 'month', { required: true, onInvalid: 'reject' }),
    field('contribution_base', '缴纳基数', 'money'),
    field('unit_amount', '单位缴纳金额', 'money', { onInvalid: 'reject' }),
    field('personal_amount', '个人缴纳金额', 'money', { onInvalid: 'reject' }),
    field('paid_on', '缴费日期', 'date'),
  ],
});
