import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 住房保障申请 (D.9 表1, 002:10393) */
export const operationsApplication = defineDataset({
  source: 'operations',
  dataset: 'application',
  zh: '住房保障申请',
  reference: 'D.9 表1, 002:10393',
  owner: '住房保障服务中心',
  grain: 'one row per application',
  key: ['application_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8-bom' },
  cadence: 'weekly',
  latenessDays: 7,
  level: 4,
  legalBasis: '住房保障业务自有数据，《公共租赁住房管理办法》第三十条',
  fields: [
    field('application_no', '申请编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('applicant_name', '申请人姓名', 'person_name'),
    field('applicant_id_number', '申请人证件号码', 'certificate_no', {
      required: true,
      certificate: 'certificate_kind',
    }),
    field('phone', '联系电话', 'phone'),
    field('applied_on', '申请日期', 'date', { required: true, onInvalid: 'reject' }),
    field('guarantee_form', '保障方式', 'code', { codes: 'guarantee_form' }),
    field('allocation_kind', '配租类型', 'code', { codes: 'allocation_kind' }),
    field('application_state', '申请状态', 'code', { codes: 'application_state' }),
    field('application_stage', '办理阶段', 'code', { codes: 'application_stage' }),
    field('member_count', '家庭人口数', 'integer'),
    field('annual_income', '家庭年总收入', 'money'),
    field('floor_area_per_person', '人均建筑面积', 'quantity'),
    field('applicant_group', '所属群体', 'code', { codes: 'applicant_group' }),
    field('street_code', '街道代码', 'division_code'),
    field('community_code', '社区代码', 'division_code'),
    field('pre_reviewed_on', '初审日期', 'date'),
    field('re_reviewed_on', '复审日期', 'date'),
    field('decided_on', '办结日期', 'date'),
    field('rating', '满意度评分', 'code', { codes: 'rating' }),
    field('certificate_kind', '证件类别', 'code', { codes: 'certificate_kind', optionalColumn: true }),
  ],
  checks: [
    {
      rule: 'decided_before_applied',
      message: '办结日期早于申请日期',
      sql: 'decided_on IS NOT NULL AND decided_on < applied_on',
      onFail: 'mark',
    },
  ],
});
