import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 投诉处理 (D.9 表18, 002:10858) */
export const operationsComplaint = defineDataset({
  source: 'operations',
  dataset: 'complaint',
  zh: '投诉处理',
  reference: 'D.9 表18, 002:10858',
  owner: '住房保障服务中心',
  grain: 'one row per complaint',
  key: ['complaint_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'jsonl' },
  cadence: 'daily',
  latenessDays: 7,
  level: 4,
  legalBasis: '住房保障业务自有数据，《公共租赁住房管理办法》第三十条',
  fields: [
    field('complaint_no', '投诉事件编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('project_no', '被投诉项目编号', 'identifier'),
    field('house_code', '房屋编码', 'house_code'),
    field('complaint_kind', '投诉类型', 'code', { codes: 'complaint_kind' }),
    field('content', '投诉内容', 'text'),
    field('complainant_name', '投诉人', 'person_name'),
    field('phone', '投诉人联系电话', 'phone'),
    field('complained_at', '投诉时间', 'timestamp', { required: true, onInvalid: 'reject' }),
    field('due_at', '要求答复时间', 'timestamp'),
    field('answered_at', '答复时间', 'timestamp'),
    field('complaint_state', '处理状态', 'code', { codes: 'complaint_state' }),
    field('rating', '评分', 'code', { codes: 'rating' }),
    field('answer', '处理意见', 'text'),
  ],
});
