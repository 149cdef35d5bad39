import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 楼幢: 一座独立的房屋 (CJJ/T 258 2.0.4, 4.2.1) */
export const maintenanceFundBuilding = defineDataset({
  source: 'maintenance_fund',
  dataset: 'building',
  zh: '维修资金楼幢',
  reference: 'CJJ/T 258 2.0.4, 4.2.1, 000:45',
  owner: '住宅专项维修资金管理中心',
  grain: 'one row per building',
  key: ['building_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'irregular',
  latenessDays: 15,
  level: 2,
  legalBasis: '《住宅专项维修资金管理办法》（建设部、财政部令第165号）第五条：主管部门的指导和监督',
  fields: [
    field('building_no', '楼幢编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('area_no', '物业区域编号', 'identifier', { required: true }),
    field('building_name', '幢号', 'text'),
    field('total_floors', '总层数', 'integer'),
    field('has_lift', '有无电梯', 'boolean_word'),
    field('floor_area', '建筑面积', 'area'),
    field('completed_on', '竣工日期', 'date'),
    field('lost_on', '灭失日期', 'date'),
  ],
});
