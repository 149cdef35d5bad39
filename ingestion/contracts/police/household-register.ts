import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 户籍基本信息 (A1-09, 002:6025) */
export const policeHouseholdRegister = defineDataset({
  source: 'police',
  dataset: 'household_register',
  zh: '户籍基本信息',
  reference: 'A1-09, 002:6025',
  owner: '公安局',
  grain: 'one row per registered person',
  key: ['id_number'],
  load: { strategy: 'full' },
  delivery: { shape: 'xml', record: '户籍' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 3,
  legalBasis: '《公共租赁住房管理办法》（住房城乡建设部令第11号）第八条：申请人书面同意核查',
  fields: [
    field('id_number', '公民身份号码', 'id_number', { required: true }),
    field('person_name', '姓名', 'person_name'),
    field('sex_code', '性别', 'code', { codes: 'sex' }),
    field('ethnicity_code', '民族', 'code', { codes: 'ethnicity' }),
    field('birth_date', '出生日期', 'date'),
    field('register_no', '户号', 'identifier'),
    field('kinship_code', '与户主关系', 'code', { codes: 'kinship' }),
    field('register_kind', '户口性质', 'code', { codes: 'register_kind' }),
    field('register_address', '户籍所在地', 'address'),
    field('division_code', '行政区划代码', 'division_code'),
    field('is_local', '是否本地户籍', 'boolean_word'),
    field('moved_in_on', '迁入本地时间', 'date'),
    field('issuing_unit', '公安发证单位', 'organisation_name'),
    field('issued_on', '发证日期', 'date'),
  ],
});
