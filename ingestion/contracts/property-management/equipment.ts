import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 设施设备档案, 一物一码 (I-10, I-29) */
export const propertyManagementEquipment = defineDataset({
  source: 'property_management',
  dataset: 'equipment',
  zh: '物业设施设备',
  reference: 'GB/T 20299.3（征求意见稿）, 004:292-295, 004:434-441',
  owner: '物业服务企业',
  grain: 'one row per piece of equipment',
  key: ['equipment_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'irregular',
  latenessDays: 15,
  level: 2,
  legalBasis: '《物业管理条例》第三十五条、第四十六条；保障性住房小区运营管理自有数据',
  fields: [
    field('equipment_no', '设备编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('project_no', '项目编号', 'identifier', { required: true }),
    field('building_no', '楼栋号', 'text'),
    field('facility_kind', '设备类别', 'code', { codes: 'facility_kind' }),
    field('equipment_name', '设备名称', 'text'),
    field('model', '型号', 'text'),
    field('maker', '生产厂家', 'organisation_name'),
    field('location', '安装位置', 'text'),
    field('installed_on', '安装日期', 'date'),
    field('warranty_until', '质保期止', 'date'),
    field('inspection_cycle_days', '巡检周期天数', 'integer'),
    field('maintenance_cycle_days', '维保周期天数', 'integer'),
    field('facility_state', '设备状态', 'code', { codes: 'facility_state' }),
    field('state_on', '状态日期', 'date'),
  ],
});
