import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 机关社保基本信息 (A1-03, 002:5869) */
export const socialInsuranceCivilBasic = defineDataset({
  source: 'social_insurance',
  dataset: 'civil_basic',
  zh: '机关社保基本信息',
  reference: 'A1-03, 002:5869',
  owner: '湖南省人力资源和社会保障厅',
  grain: 'one row per insurance account of a person',
  key: ['insurance_no'],
  load: { strategy: 'full' },
  delivery: { shape: 'csv', encoding: 'gb18030' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 3,
  legalBasis: '《公共租赁住房管理办法》（住房城乡建设部令第11号）第八条：申请人书面同意核查',
  fields: [
    field('insurance_no', '社保编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('person_name', '姓名', 'person_name'),
    field('id_number', '身份证号码', 'id_number', { required: true }),
    field('insurance_state', '社保账户当前状态', 'code', { codes: 'insurance_state' }),
    field('unit_name', '缴存单位', 'organisation_name'),
    field('unit_credit_code', '单位统一社会信用代码', 'credit_code'),
    field('unit_nature', '单位性质', 'code', { codes: 'unit_nature' }),
    field('agency_name', '社保缴费经办机构', 'organisation_name'),
    field('contribution_base', '缴纳基数', 'money'),
    field('insured_on', '参保日期', 'date'),
  ],
});
