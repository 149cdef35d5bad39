import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';
import { operationsBreachReport } from '../operations/breach-report.ts';

/** 承租人违约上报登记（安居业务台）: what staff report here, read back from the operational store's change log as one more source. */
export const anjuBreachReport = defineDataset({
  source: 'anju',
  dataset: 'breach_report',
  zh: '承租人违约上报登记（安居业务台）',
  reference: 'DESIGN §6',
  owner: '住房保障服务中心',
  grain: 'one row per reported breach kept in the operational store, changes in order',
  key: ['breach_no'],
  load: { strategy: 'incremental', operation: 'operation' },
  delivery: { shape: 'jsonl' },
  cadence: 'irregular',
  latenessDays: 400,
  level: 4,
  legalBasis: '住房保障业务自有数据，《公共租赁住房管理办法》第二十七条',
  fields: [
    field('change_no', '变更序号', 'integer', { required: true, onInvalid: 'reject' }),
    field('operation', '操作', 'code', { codes: 'operation_word', required: true }),
    ...operationsBreachReport.fields,
  ],
  checks: operationsBreachReport.checks,
});
