import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 居住证信息 (A1-11, 002:6057) */
export const policeResidencePermit = defineDataset({
  source: 'police',
  dataset: 'residence_permit',
  zh: '居住证信息',
  reference: 'A1-11, 002:6057',
  owner: '公安局',
  grain: 'one row per residence permit',
  key: ['permit_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'gb18030' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 3,
  legalBasis: '《公共租赁住房管理办法》（住房城乡建设部令第11号）第八条：申请人书面同意核查',
  fields: [
    field('permit_no', '居住证号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('person_name', '姓名', 'person_name'),
    field('id_number', '身份证号码', 'id_number', { required: true }),
    field('applied_on', '申领日期', 'date'),
    field('issued_on', '签发日期', 'date'),
    field('valid_until', '有效期至', 'date'),
    field('cancelled_on', '注销日期', 'date'),
    field('permit_state', '当前居住证状态', 'code', { codes: 'permit_state' }),
    field('issuing_unit', '签发机关', 'organisation_name'),
    field('reason', '居住事由', 'text'),
    field('district', '所在区', 'text'),
  ],
});
