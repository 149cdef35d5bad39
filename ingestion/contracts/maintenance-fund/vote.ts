import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 表决、计票 (CJJ/T 258 6.2.10); thresholds of the Civil Code, art. 278, are for the base layer */
export const maintenanceFundVote = defineDataset({
  source: 'maintenance_fund',
  dataset: 'vote',
  zh: '维修资金使用表决',
  reference: 'CJJ/T 258 6.2.10, 000:216; 《民法典》第二百七十八条',
  owner: '住宅专项维修资金管理中心',
  grain: 'one row per ballot of a dwelling in a project',
  key: ['vote_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'jsonl' },
  cadence: 'monthly',
  latenessDays: 15,
  level: 3,
  legalBasis: '《住宅专项维修资金管理办法》（建设部、财政部令第165号）第五条：主管部门的指导和监督',
  fields: [
    field('vote_no', '表决编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('use_no', '使用项目编号', 'identifier', { required: true }),
    field('dwelling_no', '分户编号', 'identifier', { required: true }),
    field('owner_no', '业主编号', 'identifier'),
    field('voted_area', '专有部分面积', 'area'),
    field('choice', '表决意见', 'code', { codes: 'maintenance_fund_vote' }),
    field('vote_way', '表决方式', 'code', { codes: 'maintenance_fund_vote_way' }),
    field('voted_on', '表决日期', 'date'),
  ],
});
