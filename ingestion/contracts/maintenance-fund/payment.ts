import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 资金拨付通知单、银行收付凭证 (CJJ/T 258 6.1.3) */
export const maintenanceFundPayment = defineDataset({
  source: 'maintenance_fund',
  dataset: 'payment',
  zh: '维修资金拨付',
  reference: 'CJJ/T 258 6.1.3, 6.2, 000:200',
  owner: '住宅专项维修资金管理中心',
  grain: 'one row per payment out of the fund',
  key: ['payment_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'monthly',
  latenessDays: 15,
  level: 3,
  legalBasis: '《住宅专项维修资金管理办法》（建设部、财政部令第165号）第五条：主管部门的指导和监督',
  fields: [
    field('payment_no', '拨付单号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('use_no', '使用项目编号', 'identifier', { required: true }),
    field('payee', '收款单位', 'organisation_name'),
    field('payee_account', '收款账号', 'bank_account'),
    field('amount', '拨付金额', 'money', { required: true }),
    field('paid_on', '拨付日期', 'date', { required: true }),
    field('stage', '拨付阶段', 'text'),
    field('voucher_no', '银行凭证号', 'identifier'),
  ],
});
