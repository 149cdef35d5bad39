import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 采购需求: 企业发布，监管可屏蔽 (catalog E171) */
export const ecologyDemand = defineDataset({
  source: 'ecology',
  dataset: 'demand',
  zh: '采购需求',
  reference: '002:2187-2197, 002:5185-5187, 002:5279-5283',
  owner: '住房保障服务中心',
  grain: 'one row per purchase demand an enterprise published',
  key: ['demand_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'jsonl' },
  cadence: 'weekly',
  latenessDays: 7,
  level: 1,
  legalBasis: '住房保障生态建设子系统自有数据，供应商入驻协议',
  fields: [
    field('demand_no', '需求编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('buyer_credit_code', '采购企业信用代码', 'credit_code', { required: true }),
    field('title', '需求标题', 'text'),
    field('product_category', '产品类型', 'code', { codes: 'product_category' }),
    field('quantity', '数量', 'integer'),
    field('budget', '预算', 'money'),
    field('published_on', '发布日期', 'date', { required: true, onInvalid: 'reject' }),
    field('wanted_by', '期望交付日期', 'date'),
    field('closes_on', '截止日期', 'date'),
    field('demand_state', '需求状态', 'code', { codes: 'demand_state' }),
  ],
});
