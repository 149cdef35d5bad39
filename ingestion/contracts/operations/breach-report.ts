import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 承租人违约上报登记 (E141, 002:2655-2661, 002:2907-2913): what a street, an operator, a property manager or the centre reports of a tenant. */
export const operationsBreachReport = defineDataset({
  source: 'operations',
  dataset: 'breach_report',
  zh: '承租人违约上报登记',
  reference: 'E141, 002:2655-2661, 002:2907-2913',
  owner: '住房保障服务中心',
  grain: 'one row per breach reported of a tenant',
  key: ['breach_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'jsonl' },
  cadence: 'daily',
  latenessDays: 7,
  level: 4,
  legalBasis: '住房保障业务自有数据，《公共租赁住房管理办法》第二十七条',
  fields: [
    field('breach_no', '违约事件编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('reporter_kind', '上报单位类别', 'code', { codes: 'breach_reporter' }),
    field('reporter_unit', '上报单位', 'organisation_name'),
    field('reporter_name', '上报人', 'person_name'),
    field('reporter_phone', '上报人联系电话', 'phone'),
    field('reported_on', '上报日期', 'date', { required: true, onInvalid: 'reject' }),
    field('contract_no', '合同编号', 'identifier'),
    field('house_code', '房屋编码', 'house_code'),
    field('division_code', '所在街道社区代码', 'division_code'),
    field('tenant_name', '承租人姓名', 'person_name'),
    field('breach_kind', '违约类型', 'code', { codes: 'breach_kind', required: true }),
    field('occurred_on', '违约日期', 'date'),
    field('description', '违约情况', 'text'),
    field('evidence', '证明文件', 'text'),
    field('breach_state', '处理状态', 'code', { codes: 'breach_state' }),
    field('handled_on', '处理日期', 'date'),
    field('measures_taken', '处理措施', 'text'),
    field('result', '处理结果', 'text'),
    field('communication', '沟通记录', 'text'),
  ],
  checks: [
    {
      rule: 'reported_before_occurred',
      message: '上报日期早于违约日期',
      sql: 'reported_on < occurred_on',
      onFail: 'mark',
    },
    {
      rule: 'names_no_tenancy',
      message: '合同编号与房屋编码至少填一项',
      sql: "contract_no = '' AND house_code = ''",
      onFail: 'mark',
    },
  ],
});
