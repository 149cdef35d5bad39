import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 增值收益: 类型、规模、收益率 (CJJ/T 258 18.1.1, 19.2.4) */
export const maintenanceFundYield = defineDataset({
  source: 'maintenance_fund',
  dataset: 'yield',
  zh: '维修资金增值收益',
  reference: 'CJJ/T 258 7, 18.1.1, 19.2.4, 000:581',
  owner: '住宅专项维修资金管理中心',
  grain: 'one row per investment of the fund and its yield',
  key: ['yield_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'monthly',
  latenessDays: 15,
  level: 2,
  legalBasis: '《住宅专项维修资金管理办法》（建设部、财政部令第165号）第五条：主管部门的指导和监督',
  fields: [
    field('yield_no', '收益编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('bank_no', '专户管理银行编号', 'identifier', { required: true }),
    field('yield_kind', '增值类型', 'code', { codes: 'maintenance_fund_yield' }),
    field('principal', '增值本金', 'money', { unit: 'wan_yuan' }),
    field('annual_rate', '年利率', 'share'),
    field('starts_on', '起息日期', 'date'),
    field('ends_on', '到期日期', 'date'),
    field('amount', '收益金额', 'money'),
    field('allocated_on', '分摊日期', 'date'),
  ],
  checks: [
    {
      rule: 'ends_before_start',
      message: '到期日期早于起息日期',
      sql: 'ends_on IS NOT NULL AND starts_on IS NOT NULL AND ends_on < starts_on',
      onFail: 'mark',
    },
  ],
});
