import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 分户 (CJJ/T 258 2.0.5, 4.2.1); 楼盘数据宜与权属数据保持一致 (4.3.2), so it carries the real-estate unit code */
export const maintenanceFundDwelling = defineDataset({
  source: 'maintenance_fund',
  dataset: 'dwelling',
  zh: '维修资金分户',
  reference: 'CJJ/T 258 2.0.5, 4.2.1, 4.3.2, 000:155',
  owner: '住宅专项维修资金管理中心',
  grain: 'one row per dwelling',
  key: ['dwelling_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'monthly',
  latenessDays: 15,
  level: 2,
  legalBasis: '《住宅专项维修资金管理办法》（建设部、财政部令第165号）第五条：主管部门的指导和监督',
  fields: [
    field('dwelling_no', '分户编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('unit_no', '单元编号', 'identifier', { required: true }),
    field('real_estate_unit_code', '不动产单元代码', 'real_estate_unit_code'),
    field('address', '房屋坐落', 'address'),
    field('room_no', '户号', 'text'),
    field('floor_no', '所在层', 'integer'),
    field('floor_area', '建筑面积', 'area', { required: true }),
    field('property_nature', '房屋用途', 'code', { codes: 'property_nature' }),
    field('lost_on', '灭失日期', 'date'),
  ],
});
