import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 账务: 银行资金数据和业务资金数据相互验证 (CJJ/T 258 8.1.1), so each entry names the paper it comes from */
export const maintenanceFundLedgerEntry = defineDataset({
  source: 'maintenance_fund',
  dataset: 'ledger_entry',
  zh: '维修资金分户账明细',
  reference: 'CJJ/T 258 8.1.1, 18.1.1, 000:231-238',
  owner: '住宅专项维修资金管理中心',
  grain: 'one row per entry of an account',
  key: ['entry_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'monthly',
  latenessDays: 15,
  level: 3,
  legalBasis: '《住宅专项维修资金管理办法》（建设部、财政部令第165号）第五条：主管部门的指导和监督',
  fields: [
    field('entry_no', '分录号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('account_no', '分户账号', 'identifier', { required: true }),
    field('entry_kind', '业务类型', 'code', { codes: 'maintenance_fund_entry' }),
    field('income', '收入金额', 'money'),
    field('expense', '支出金额', 'money'),
    field('booked_on', '记账日期', 'date', { required: true, onInvalid: 'reject' }),
    field('source_no', '业务单号', 'identifier'),
  ],
});
