import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 业主, a row an owner (CJJ/T 258 4.2.1); its numbers are secret data (4.3.2A) */
export const maintenanceFundOwner = defineDataset({
  source: 'maintenance_fund',
  dataset: 'owner',
  zh: '维修资金业主',
  reference: 'CJJ/T 258 4.2.1, 4.3.2A, 000:158',
  owner: '住宅专项维修资金管理中心',
  grain: 'one row per owner of a dwelling',
  key: ['owner_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'gb18030' },
  cadence: 'monthly',
  latenessDays: 15,
  level: 4,
  legalBasis: '《住宅专项维修资金管理办法》（建设部、财政部令第165号）第五条：主管部门的指导和监督',
  fields: [
    field('owner_no', '业主编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('dwelling_no', '分户编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('owner_kind', '业主类型', 'code', { codes: 'maintenance_fund_owner' }),
    field('person_name', '业主姓名', 'person_name'),
    field('id_number', '业主身份证号', 'id_number'),
    field('organisation_name', '业主单位名称', 'organisation_name'),
    field('credit_code', '统一社会信用代码', 'credit_code'),
    field('phone', '联系电话', 'phone'),
    field('ownership_share', '产权份额', 'share'),
    field('owner_since', '登记日期', 'date'),
  ],
});
