import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 分户账 (CJJ/T 258 3.0.3 账务数据, 18.1.1 分户账户明细); 首期交存额 is what 续筹 is measured by (2.0.23) */
export const maintenanceFundAccount = defineDataset({
  source: 'maintenance_fund',
  dataset: 'account',
  zh: '维修资金分户账',
  reference: 'CJJ/T 258 5.2.1, 18.1.1, 000:181-182',
  owner: '住宅专项维修资金管理中心',
  grain: 'one row per account of a dwelling',
  key: ['account_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'monthly',
  latenessDays: 15,
  level: 3,
  legalBasis: '《住宅专项维修资金管理办法》（建设部、财政部令第165号）第五条：主管部门的指导和监督',
  fields: [
    field('account_no', '分户账号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('dwelling_no', '分户编号', 'identifier', { required: true }),
    field('opened_on', '开户日期', 'date'),
    field('first_deposit', '首期交存额', 'money'),
    field('balance', '账面余额', 'money', { required: true }),
    field('balance_on', '余额日期', 'date', { required: true }),
    field('account_state', '账户状态', 'code', { codes: 'maintenance_fund_account_state' }),
  ],
});
