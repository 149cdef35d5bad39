import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 公共能耗: 分项计量与月度定额 (I-40, I-41) */
export const propertyManagementEnergy = defineDataset({
  source: 'property_management',
  dataset: 'energy',
  zh: '物业公共能耗',
  reference: 'GB/T 20299.3（征求意见稿）, 004:564-568',
  owner: '物业服务企业',
  grain: 'one row per project, meter item and month',
  key: ['energy_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'monthly',
  latenessDays: 15,
  level: 2,
  legalBasis: '《物业管理条例》第三十五条、第四十六条；保障性住房小区运营管理自有数据',
  fields: [
    field('energy_no', '能耗记录编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('project_no', '项目编号', 'identifier', { required: true }),
    field('building_no', '楼栋号', 'text'),
    field('meter_kind', '能源种类', 'code', { codes: 'meter_kind' }),
    field('energy_item', '能耗分项', 'code', { codes: 'energy_item' }),
    field('energy_month', '能耗年月', 'month', { required: true }),
    field('usage', '用量', 'quantity', { required: true }),
    field('energy_unit', '计量单位', 'code', { codes: 'energy_unit' }),
    field('quota', '定额', 'quantity'),
    field('fee', '金额', 'money'),
  ],
});
