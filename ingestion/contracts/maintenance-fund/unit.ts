import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 单元 (CJJ/T 258 4.2.1) */
export const maintenanceFundUnit = defineDataset({
  source: 'maintenance_fund',
  dataset: 'unit',
  zh: '维修资金单元',
  reference: 'CJJ/T 258 4.2.1, 000:134-138',
  owner: '住宅专项维修资金管理中心',
  grain: 'one row per unit (staircase) of a building',
  key: ['unit_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'irregular',
  latenessDays: 15,
  level: 2,
  legalBasis: '《住宅专项维修资金管理办法》（建设部、财政部令第165号）第五条：主管部门的指导和监督',
  fields: [
    field('unit_no', '单元编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('building_no', '楼幢编号', 'identifier', { required: true }),
    field('unit_name', '单元号', 'text'),
    field('dwellings', '分户数', 'integer'),
    field('lost_on', '灭失日期', 'date'),
  ],
});
