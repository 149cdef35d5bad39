import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 租赁合同 (D.9 表10, 002:10733; 合同信息库 002:9894) */
export const operationsContract = defineDataset({
  source: 'operations',
  dataset: 'contract',
  zh: '租赁合同',
  reference: 'D.9 表10, 002:10733; 合同信息库 002:9894',
  owner: '住房保障服务中心',
  grain: 'one row per lease contract',
  key: ['contract_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'gb18030' },
  cadence: 'weekly',
  latenessDays: 7,
  level: 4,
  legalBasis: '住房保障业务自有数据，《公共租赁住房管理办法》第三十条',
  fields: [
    field('contract_no', '合同编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('application_no', '申请编号', 'identifier'),
    field('house_code', '房屋编码', 'house_code', { required: true, onInvalid: 'reject' }),
    field('tenant_name', '承租人姓名', 'person_name'),
    field('tenant_id_number', '承租人证件号码', 'certificate_no', {
      required: true,
      certificate: 'certificate_kind',
    }),
    field('phone', '联系电话', 'phone'),
    field('contract_kind', '合同类型', 'code', { codes: 'contract_kind' }),
    field('signed_on', '签署日期', 'date'),
    field('starts_on', '租赁开始日期', 'date', { required: true, onInvalid: 'reject' }),
    field('ends_on', '租赁结束日期', 'date', { required: true, onInvalid: 'reject' }),
    field('terminated_on', '实际终止日期', 'date'),
    field('monthly_rent', '月租金', 'money', { onInvalid: 'reject' }),
    field('deposit', '押金金额', 'money'),
    field('pay_method', '付款方式', 'code', { codes: 'pay_method' }),
    field('contract_state', '合同状态', 'code', { codes: 'contract_state' }),
    field('breach_clause', '违约条款', 'text'),
    field('certificate_kind', '承租人证件类别', 'code', { codes: 'certificate_kind', optionalColumn: true }),
  ],
  checks: [
    {
      rule: 'ends_before_start',
      message: '租赁结束日期早于开始日期',
      sql: 'ends_on < starts_on',
      onFail: 'reject',
    },
  ],
});
