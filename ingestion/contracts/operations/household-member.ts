import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 申请家庭成员 (D.9 表2, 002:10431) */
export const operationsHouseholdMember = defineDataset({
  source: 'operations',
  dataset: 'household_member',
  zh: '申请家庭成员',
  reference: 'D.9 表2, 002:10431',
  owner: '住房保障服务中心',
  grain: 'one row per member of an applicant household',
  key: ['member_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8-bom' },
  cadence: 'weekly',
  latenessDays: 7,
  level: 4,
  legalBasis: '住房保障业务自有数据，《公共租赁住房管理办法》第三十条',
  fields: [
    field('member_no', '家庭成员编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('application_no', '申请编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('person_name', '姓名', 'person_name'),
    field('id_number', '证件号码', 'certificate_no', { certificate: 'certificate_kind' }),
    field('kinship_code', '与申请人关系', 'code', { codes: 'kinship' }),
    field('sex_code', '性别', 'code', { codes: 'sex' }),
    field('birth_date', '出生日期', 'date'),
    field('marital_status', '婚姻状况', 'code', { codes: 'marital_status' }),
    field('employer', '工作单位', 'organisation_name'),
    field('annual_income', '年收入', 'money'),
    field('is_cohabiting', '是否共同居住', 'boolean_word'),
    field('phone', '联系电话', 'phone'),
    field('certificate_kind', '身份证件类别', 'code', { codes: 'certificate_kind', optionalColumn: true }),
  ],
});
