import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 直管公房租用信息 (A1-25, 002:6401) */
export const housingSecurityDirectManagedHousing = defineDataset({
  source: 'housing_security',
  dataset: 'direct_managed_housing',
  zh: '直管公房租用信息',
  reference: 'A1-25, 002:6401',
  owner: '长房集团',
  grain: 'one row per tenancy of directly managed public housing',
  key: ['tenancy_no'],
  load: { strategy: 'full' },
  delivery: { shape: 'xlsx' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 4,
  legalBasis: '《公共租赁住房管理办法》（住房城乡建设部令第11号）第八条：申请人书面同意核查',
  fields: [
    field('tenancy_no', '租赁证号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('tenant_name', '承租人', 'person_name'),
    field('id_number', '证件号码', 'id_number', { required: true }),
    field('address', '房屋地址', 'address'),
    field('approved_on', '批准时间', 'date'),
    field('rented_on', '起租日期', 'date'),
    field('ended_on', '退租日期', 'date'),
    field('monthly_rent', '月租金', 'money'),
    field('benefit_state', '当前租用状态', 'code', { codes: 'benefit_state' }),
    field('family_members', '共同居住人', 'text'),
  ],
});
