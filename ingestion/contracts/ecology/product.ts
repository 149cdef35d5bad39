import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 产品: 发布、下架 (catalog E170) */
export const ecologyProduct = defineDataset({
  source: 'ecology',
  dataset: 'product',
  zh: '供应商产品',
  reference: '002:2177, 002:5177, 002:5259-5271',
  owner: '住房保障服务中心',
  grain: 'one row per product a supplier offers',
  key: ['product_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'jsonl' },
  cadence: 'weekly',
  latenessDays: 7,
  level: 1,
  legalBasis: '住房保障生态建设子系统自有数据，供应商入驻协议',
  fields: [
    field('product_no', '产品编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('supplier_no', '供应商编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('product_name', '产品名称', 'text', { required: true }),
    field('model', '型号', 'text'),
    field('product_category', '产品类别', 'code', { codes: 'product_category' }),
    field('price', '价格', 'money'),
    field('stock', '库存', 'integer'),
    field('published_on', '发布日期', 'date'),
    field('delisted_on', '下架日期', 'date'),
    field('delist_reason', '下架原因', 'text'),
    field('product_state', '产品状态', 'code', { codes: 'product_state' }),
  ],
});
