import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 物业区域 (CJJ/T 258 4.2.1), managed at city level (16.4.3); 代管账户 2.0.13, 代管与自管阶段 19.2.6 */
export const maintenanceFundArea = defineDataset({
  source: 'maintenance_fund',
  dataset: 'area',
  zh: '维修资金物业区域',
  reference: 'CJJ/T 258 4.2.1, 16.4.3, 000:134-138',
  owner: '住宅专项维修资金管理中心',
  grain: 'one row per property area',
  key: ['area_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'irregular',
  latenessDays: 15,
  level: 2,
  legalBasis: '《住宅专项维修资金管理办法》（建设部、财政部令第165号）第五条：主管部门的指导和监督',
  fields: [
    field('area_no', '物业区域编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('area_name', '物业区域名称', 'text', { required: true }),
    field('division_code', '行政区划代码', 'division_code'),
    field('address', '物业区域坐落', 'address'),
    field('floor_area', '总建筑面积', 'area'),
    field('dwellings', '分户数', 'integer'),
    field('fund_stage', '管理阶段', 'code', { codes: 'maintenance_fund_stage' }),
    field('developer_no', '建设单位编号', 'identifier'),
    field('property_company_no', '物业服务企业编号', 'identifier'),
    field('bank_no', '专户管理银行编号', 'identifier'),
    field('hosted_account', '代管账户', 'bank_account'),
    field('project_no', '保障性住房项目编号', 'identifier'),
    field('delivered_on', '交付日期', 'date'),
  ],
});
