import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 补贴应发 (D.9 表12, 002:10768) */
export const operationsSubsidyDue = defineDataset({
  source: 'operations',
  dataset: 'subsidy_due',
  zh: '补贴应发',
  reference: 'D.9 表12, 002:10768',
  owner: '住房保障服务中心',
  grain: 'one row per application and month of subsidy due',
  key: ['subsidy_due_no'],
  load: { strategy: 'append', cursor: 'subsidy_month' },
  delivery: { shape: 'csv', encoding: 'utf-8-bom' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 3,
  legalBasis: '住房保障业务自有数据，《公共租赁住房管理办法》第三十条',
  fields: [
    field('subsidy_due_no', '应发编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('application_no', '申请编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('person_name', '补贴对象姓名', 'person_name'),
    field('id_number', '补贴对象证件号码', 'id_number'),
    field('subsidy_month', '补贴年月', 'month', { required: true, onInvalid: 'reject' }),
    field('amount_due', '应发金额', 'money', { required: true, onInvalid: 'reject' }),
    field('due_on', '应发日期', 'date'),
  ],
});
