import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 使用项目: 基本情况、施工单位、列支范围、预算、审价结果、投票结果、验收结项 (CJJ/T 258 6.1.3) */
export const maintenanceFundUseProject = defineDataset({
  source: 'maintenance_fund',
  dataset: 'use_project',
  zh: '维修资金使用项目',
  reference: 'CJJ/T 258 6.1.3, 6.2.1, 000:200',
  owner: '住宅专项维修资金管理中心',
  grain: 'one row per project that uses the fund',
  key: ['use_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'monthly',
  latenessDays: 15,
  level: 3,
  legalBasis: '《住宅专项维修资金管理办法》（建设部、财政部令第165号）第五条：主管部门的指导和监督',
  fields: [
    field('use_no', '使用项目编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('project_name', '使用项目名称', 'text'),
    field('area_no', '物业区域编号', 'identifier', { required: true }),
    field('building_no', '列支楼幢编号', 'identifier'),
    field('part_no', '设施编号', 'identifier'),
    field('use_kind', '使用类型', 'code', { codes: 'maintenance_fund_use' }),
    field('contractor_name', '施工单位', 'organisation_name'),
    field('contractor_credit_code', '施工单位信用代码', 'credit_code'),
    field('budget', '项目预算', 'money', { unit: 'wan_yuan' }),
    field('audited_amount', '审价结果', 'money'),
    field('voted_amount', '表决通过金额', 'money'),
    field('applied_on', '申请日期', 'date', { required: true }),
    field('voted_on', '表决截止日期', 'date'),
    field('accepted_on', '验收日期', 'date'),
    field('closed_on', '结项日期', 'date'),
    field('use_state', '项目状态', 'code', { codes: 'maintenance_fund_use_state' }),
  ],
  checks: [
    {
      rule: 'accepted_before_applied',
      message: '验收日期早于申请日期',
      sql: 'accepted_on IS NOT NULL AND applied_on IS NOT NULL AND accepted_on < applied_on',
      onFail: 'mark',
    },
  ],
});
