import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 意向与合作: 双方、约定交付与完成 (catalog E173) */
export const ecologyCooperation = defineDataset({
  source: 'ecology',
  dataset: 'cooperation',
  zh: '意向合作',
  reference: '002:5201-5203, 002:5337',
  owner: '住房保障服务中心',
  grain: 'one row per cooperation, from the intent on',
  key: ['cooperation_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'weekly',
  latenessDays: 7,
  level: 2,
  legalBasis: '住房保障生态建设子系统自有数据，供应商入驻协议',
  fields: [
    field('cooperation_no', '合作编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('supplier_no', '供应商编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('buyer_credit_code', '采购企业信用代码', 'credit_code'),
    field('product_no', '产品编号', 'identifier'),
    field('demand_no', '需求编号', 'identifier'),
    field('cooperation_kind', '合作类型', 'code', { codes: 'cooperation_kind' }),
    field('formed_on', '意向产生日期', 'date', { required: true, onInvalid: 'reject' }),
    field('confirmed_on', '达成合作日期', 'date'),
    field('due_on', '约定交付日期', 'date'),
    field('completed_on', '完成日期', 'date'),
    field('amount', '合作金额', 'money'),
    field('cooperation_state', '合作状态', 'code', { codes: 'cooperation_state' }),
  ],
  checks: [
    {
      rule: 'completed_before_formed',
      message: '完成日期早于意向产生日期',
      sql: 'completed_on IS NOT NULL AND completed_on < formed_on',
      onFail: 'mark',
    },
  ],
});
