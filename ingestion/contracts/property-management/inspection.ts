import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 巡检: 计划、到期提醒、结果与计划比对 (I-20, I-24) */
export const propertyManagementInspection = defineDataset({
  source: 'property_management',
  dataset: 'inspection',
  zh: '物业设施巡检',
  reference: 'GB/T 20299.3（征求意见稿）, 004:354-358, 004:417-424',
  owner: '物业服务企业',
  grain: 'one row per inspection of a piece of equipment',
  key: ['inspection_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'monthly',
  latenessDays: 15,
  level: 2,
  legalBasis: '《物业管理条例》第三十五条、第四十六条；保障性住房小区运营管理自有数据',
  fields: [
    field('inspection_no', '巡检编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('equipment_no', '设备编号', 'identifier', { required: true }),
    field('inspection_kind', '巡检类型', 'code', { codes: 'inspection_kind' }),
    field('planned_on', '计划日期', 'date', { required: true }),
    field('inspected_on', '实际日期', 'date'),
    field('inspection_result', '巡检结果', 'code', { codes: 'inspection_result' }),
    field('finding', '发现问题', 'text'),
    field('rectified_on', '整改完成日期', 'date'),
  ],
});
