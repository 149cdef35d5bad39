import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 供应商: 准入、黑名单与注销 (catalog E16) */
export const ecologySupplier = defineDataset({
  source: 'ecology',
  dataset: 'supplier',
  zh: '供应商',
  reference: '002:5193, 002:5243-5249, 002:11200',
  owner: '住房保障服务中心',
  grain: 'one row per supplier that applied to the ecology platform',
  key: ['supplier_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'weekly',
  latenessDays: 7,
  level: 2,
  legalBasis: '住房保障生态建设子系统自有数据，供应商入驻协议',
  fields: [
    field('supplier_no', '供应商编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('credit_code', '统一社会信用代码', 'credit_code', { required: true }),
    field('supplier_name', '供应商名称', 'organisation_name', { required: true }),
    field('supplier_category', '供应商类别', 'code', { codes: 'supplier_category' }),
    field('address', '地址', 'address'),
    field('phone', '联系方式', 'phone'),
    field('main_products', '主要产品', 'text'),
    field('certificates', '资质证书', 'text'),
    field('delivery_days', '交货周期（天）', 'integer'),
    field('applied_on', '申请日期', 'date', { required: true }),
    field('approved_on', '通过日期', 'date'),
    field('rejection_reason', '驳回原因', 'text'),
    field('left_on', '注销日期', 'date'),
    field('supplier_state', '供应商状态', 'code', { codes: 'supplier_state' }),
  ],
  checks: [
    {
      rule: 'approved_before_applied',
      message: '通过日期早于申请日期',
      sql: 'approved_on IS NOT NULL AND approved_on < applied_on',
      onFail: 'mark',
    },
  ],
});
