import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 维保、维修档案, 长期保存并与设备一一对应 (I-24, I-25) */
export const propertyManagementMaintenance = defineDataset({
  source: 'property_management',
  dataset: 'maintenance',
  zh: '物业设施维保',
  reference: 'GB/T 20299.3（征求意见稿）, 004:417-430',
  owner: '物业服务企业',
  grain: 'one row per maintenance or repair of a piece of equipment',
  key: ['maintenance_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'xlsx', sheet: 'Sheet1' },
  cadence: 'monthly',
  latenessDays: 15,
  level: 2,
  legalBasis: '《物业管理条例》第三十五条、第四十六条；保障性住房小区运营管理自有数据',
  fields: [
    field('maintenance_no', '维保编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('equipment_no', '设备编号', 'identifier', { required: true }),
    field('maintenance_kind', '维保类型', 'code', { codes: 'maintenance_kind' }),
    field('planned_on', '计划日期', 'date'),
    field('done_on', '完成日期', 'date'),
    field('contractor_name', '维保单位', 'organisation_name'),
    field('cost', '费用', 'money'),
    field('incident_no', '关联事件编号', 'identifier'),
    field('content', '维保内容', 'text'),
  ],
});
