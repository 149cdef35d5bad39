import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 最低生活保障家庭认定 (A1-14, 002:6135) */
export const civilAffairsMinimumLiving = defineDataset({
  source: 'civil_affairs',
  dataset: 'minimum_living',
  zh: '最低生活保障家庭认定',
  reference: 'A1-14, 002:6135',
  owner: '民政局',
  grain: 'one row per recognised family',
  key: ['certificate_no'],
  load: { strategy: 'full' },
  delivery: { shape: 'xlsx' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 4,
  legalBasis: '《公共租赁住房管理办法》（住房城乡建设部令第11号）第八条：申请人书面同意核查',
  fields: [
    field('certificate_no', '低保证号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('head_name', '户主姓名', 'person_name'),
    field('head_id_number', '户主证件号码', 'id_number', { required: true }),
    field('member_count', '家庭人口数', 'integer'),
    field('recognised_on', '认定日期', 'date'),
    field('monthly_income', '家庭月收入', 'money'),
    field('relief_amount', '月保障金额', 'money'),
    field('relief_state', '当前保障状态', 'code', { codes: 'relief_state' }),
    field('street', '所属街道', 'text'),
    field('community', '所属社区', 'text'),
  ],
});
