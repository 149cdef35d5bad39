import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 共有部位及共用设施设备: 名称、类型、型号、生产日期、质保期、位置、受益分户范围 (CJJ/T 258 4.3.3) */
export const maintenanceFundCommonPart = defineDataset({
  source: 'maintenance_fund',
  dataset: 'common_part',
  zh: '共用部位及共用设施设备',
  reference: 'CJJ/T 258 2.0.8, 4.2.2, 4.3.3, 000:146',
  owner: '住宅专项维修资金管理中心',
  grain: 'one row per common part or piece of common equipment',
  key: ['part_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'irregular',
  latenessDays: 15,
  level: 2,
  legalBasis: '《住宅专项维修资金管理办法》（建设部、财政部令第165号）第五条：主管部门的指导和监督',
  fields: [
    field('part_no', '设施编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('area_no', '物业区域编号', 'identifier', { required: true }),
    field('building_no', '楼幢编号', 'identifier'),
    field('part_kind', '类型', 'code', { codes: 'maintenance_fund_part' }),
    field('part_name', '名称', 'text'),
    field('model', '型号', 'text'),
    field('manufactured_on', '生产日期', 'date'),
    field('warranty_until', '质保期止', 'date'),
    field('location', '位置', 'text'),
    field('benefit_scope', '受益分户范围', 'text'),
    field('inspected_on', '最近巡检日期', 'date'),
    field('maintained_on', '最近维保日期', 'date'),
    field('repaired_on', '最近维修日期', 'date'),
  ],
});
