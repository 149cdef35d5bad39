import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 企业登记信息 (A4-5, 002:9868-9870) */
export const marketRegulationBusinessRegistry = defineDataset({
  source: 'market_regulation',
  dataset: 'business_registry',
  zh: '企业登记信息',
  reference: 'A4-5, 002:9868-9870',
  owner: '市场监督管理局',
  grain: 'one row per registered enterprise',
  key: ['credit_code'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'jsonl' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 2,
  legalBasis: '《中华人民共和国政府信息公开条例》第二十条',
  fields: [
    field('credit_code', '统一社会信用代码', 'credit_code', { required: true, onInvalid: 'reject' }),
    field('enterprise_name', '企业名称', 'organisation_name', { required: true }),
    field('enterprise_kind', '企业类型', 'code', { codes: 'enterprise_kind' }),
    field('legal_representative', '法定代表人', 'person_name'),
    field('registered_capital', '注册资本（万元）', 'money', { unit: 'wan_yuan' }),
    field('founded_on', '成立日期', 'date'),
    field('enterprise_state', '经营状态', 'code', { codes: 'enterprise_state' }),
    field('address', '住所', 'address'),
    field('business_scope', '经营范围', 'text'),
    field('phone', '联系电话', 'phone'),
    field('licences', '行政许可', 'text'),
  ],
});
