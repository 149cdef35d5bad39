import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 产品投诉: 频繁投诉的产品由监管下架 (002:2177) */
export const ecologyProductComplaint = defineDataset({
  source: 'ecology',
  dataset: 'product_complaint',
  zh: '产品投诉',
  reference: '002:2177, 002:2389',
  owner: '住房保障服务中心',
  grain: 'one row per complaint about a product',
  key: ['complaint_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'jsonl' },
  cadence: 'weekly',
  latenessDays: 7,
  level: 2,
  legalBasis: '住房保障生态建设子系统自有数据，供应商入驻协议',
  fields: [
    field('complaint_no', '投诉编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('product_no', '产品编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('cooperation_no', '合作编号', 'identifier'),
    field('complained_on', '投诉日期', 'date', { required: true, onInvalid: 'reject' }),
    field('content', '投诉内容', 'text'),
    field('product_complaint_state', '核实结果', 'code', { codes: 'product_complaint_state' }),
  ],
});
