import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 报事报修 (A6, 002:1849) */
export const operationsRepair = defineDataset({
  source: 'operations',
  dataset: 'repair',
  zh: '报事报修',
  reference: 'A6, 002:1849',
  owner: '住房保障服务中心',
  grain: 'one row per repair order',
  key: ['repair_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'jsonl' },
  cadence: 'daily',
  latenessDays: 7,
  level: 3,
  legalBasis: '住房保障业务自有数据，《公共租赁住房管理办法》第三十条',
  fields: [
    field('repair_no', '工单编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('house_code', '房屋编码', 'house_code', { required: true }),
    field('contract_no', '合同编号', 'identifier'),
    field('repair_kind', '报修类型', 'code', { codes: 'repair_kind' }),
    field('reported_at', '报修时间', 'timestamp', { required: true, onInvalid: 'reject' }),
    field('accepted_at', '受理时间', 'timestamp'),
    field('due_at', '要求完成时间', 'timestamp'),
    field('finished_at', '完成时间', 'timestamp'),
    field('repair_state', '工单状态', 'code', { codes: 'repair_state' }),
    field('rating', '评分', 'code', { codes: 'rating' }),
    field('description', '报修内容', 'text'),
  ],
  checks: [
    {
      rule: 'finished_before_reported',
      message: '完成时间早于报修时间',
      sql: 'finished_at IS NOT NULL AND finished_at < reported_at',
      onFail: 'mark',
    },
  ],
});
