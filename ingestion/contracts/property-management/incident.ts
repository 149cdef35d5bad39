import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 事件与报事: 报警、工单、处置过程 (I-16 to I-19, I-23) */
export const propertyManagementIncident = defineDataset({
  source: 'property_management',
  dataset: 'incident',
  zh: '物业事件',
  reference: 'GB/T 20299.3（征求意见稿）, 004:328-350, 004:412-414',
  owner: '物业服务企业',
  grain: 'one row per incident reported by a device or a person',
  key: ['incident_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'jsonl' },
  cadence: 'monthly',
  latenessDays: 15,
  level: 3,
  legalBasis: '《物业管理条例》第三十五条、第四十六条；保障性住房小区运营管理自有数据',
  fields: [
    field('incident_no', '事件编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('project_no', '项目编号', 'identifier', { required: true }),
    field('building_no', '楼栋号', 'text'),
    field('house_code', '房屋编码', 'house_code'),
    field('equipment_no', '设备编号', 'identifier'),
    field('incident_kind', '事件类型', 'code', { codes: 'incident_kind' }),
    field('reported_at', '发生时间', 'timestamp', { required: true, onInvalid: 'reject' }),
    field('accepted_at', '受理时间', 'timestamp'),
    field('finished_at', '处理完成时间', 'timestamp'),
    field('incident_state', '事件状态', 'code', { codes: 'incident_state' }),
    field('description', '事件描述', 'text'),
  ],
  checks: [
    {
      rule: 'finished_before_reported',
      message: '处理完成时间早于发生时间',
      sql: 'finished_at IS NOT NULL AND finished_at < reported_at',
      onFail: 'mark',
    },
  ],
});
