import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 省直公积金基本信息 (A1-05, 002:5931) */
export const housingFundProvincialBasic = defineDataset({
  source: 'housing_fund',
  dataset: 'provincial_basic',
  zh: '省直公积金基本信息',
  reference: 'A1-05, 002:5931',
  owner: '省直单位住房公积金管理中心',
  grain: 'one row per provident-fund account',
  key: ['account_no'],
  load: { strategy: 'full' },
  delivery: { shape: 'xlsx' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 3,
  legalBasis: '《公共租赁住房管理办法》（住房城乡建设部令第11号）第八条：申请人书面同意核查',
  fields: [
    field('account_no', '个人公积金账号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('person_name', '姓名', 'person_name'),
    field('id_number', '证件号码', 'id_number', { required: true }),
    field('fund_state', '公积金账户当前状态', 'code', { codes: 'fund_state' }),
    field('unit_name', '缴存单位', 'organisation_name'),
    field('unit_credit_code', '单位统一社会信用代码', 'credit_code'),
    field('unit_nature', '单位性质', 'code', { codes: 'unit_nature' }),
    field('contribution_base', '缴存基数', 'money'),
    field('agency_name', '经办管理部', 'organisation_name'),
    field('opened_on', '开户日期', 'date'),
  ],
});
