import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 其他住房保障信息 (A1-19 … A1-24, 002:6275-6367) */
export const housingSecurityOtherBenefit = defineDataset({
  source: 'housing_security',
  dataset: 'other_benefit',
  zh: '其他住房保障信息',
  reference: 'A1-19 … A1-24, 002:6275-6367',
  owner: '住房和城乡建设局',
  grain: 'one row per housing benefit granted',
  key: ['case_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8-bom' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 4,
  legalBasis: '《公共租赁住房管理办法》（住房城乡建设部令第11号）第八条：申请人书面同意核查',
  fields: [
    field('case_no', '业务宗号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('benefit_kind', '保障类别', 'code', { codes: 'benefit_kind' }),
    field('person_name', '姓名', 'person_name'),
    field('id_number', '证件号码', 'id_number', { required: true }),
    field('granted_on', '发放日期', 'date'),
    field('amount', '金额', 'money', { onInvalid: 'reject' }),
    field('is_repaid', '是否归还', 'boolean_word'),
    field('repaid_on', '归还日期', 'date'),
    field('benefit_state', '住房保障当前状态', 'code', { codes: 'benefit_state' }),
    field('family_members', '其他家庭成员', 'text'),
    field('district', '所在区', 'text'),
  ],
});
