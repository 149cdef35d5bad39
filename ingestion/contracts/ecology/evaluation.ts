import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 合作评价: 双方互评 (catalog E146, E174) */
export const ecologyEvaluation = defineDataset({
  source: 'ecology',
  dataset: 'evaluation',
  zh: '合作评价',
  reference: '002:2155-2163, 002:5335-5341',
  owner: '住房保障服务中心',
  grain: 'one row per rating of one party of a cooperation by the other',
  key: ['evaluation_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'jsonl' },
  cadence: 'weekly',
  latenessDays: 7,
  level: 2,
  legalBasis: '住房保障生态建设子系统自有数据，供应商入驻协议',
  fields: [
    field('evaluation_no', '评价编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('cooperation_no', '合作编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('evaluated_party', '评价对象', 'code', { codes: 'evaluated_party' }),
    field('rated_on', '评价日期', 'date', { required: true, onInvalid: 'reject' }),
    field('rating', '评分', 'code', { codes: 'rating' }),
    field('quality_rating', '产品质量评分', 'code', { codes: 'rating' }),
    field('response_rating', '响应速度评分', 'code', { codes: 'rating' }),
    field('content', '评价内容', 'text'),
    field('evaluation_scope', '是否公开', 'code', { codes: 'evaluation_scope' }),
  ],
});
