import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 机构数据: administration, custodian bank, developer, property company (CJJ/T 258 3.0.2, 4.1.1) */
export const maintenanceFundInstitution = defineDataset({
  source: 'maintenance_fund',
  dataset: 'institution',
  zh: '维修资金参与机构',
  reference: 'CJJ/T 258 3.0.2, 4.1.1, 000:101',
  owner: '住宅专项维修资金管理中心',
  grain: 'one row per institution',
  key: ['institution_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'xlsx', sheet: 'Sheet1' },
  cadence: 'irregular',
  latenessDays: 15,
  level: 2,
  legalBasis: '《住宅专项维修资金管理办法》（建设部、财政部令第165号）第五条：主管部门的指导和监督',
  fields: [
    field('institution_no', '机构编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('institution_name', '机构名称', 'organisation_name', { required: true }),
    field('institution_kind', '机构类型', 'code', { codes: 'maintenance_fund_institution' }),
    field('credit_code', '统一社会信用代码', 'credit_code'),
    field('address', '机构地址', 'address'),
    field('registered_on', '备案日期', 'date'),
  ],
});
