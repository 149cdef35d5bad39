import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 婚姻基本信息 (A1-12, 002:6103) */
export const civilAffairsMarriage = defineDataset({
  source: 'civil_affairs',
  dataset: 'marriage',
  zh: '婚姻基本信息',
  reference: 'A1-12, 002:6103',
  owner: '民政局',
  grain: 'one row per marriage registration',
  key: ['certificate_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'jsonl' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 3,
  legalBasis: '《公共租赁住房管理办法》（住房城乡建设部令第11号）第八条：申请人书面同意核查',
  fields: [
    field('certificate_no', '登记证号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('husband_name', '男方姓名', 'person_name'),
    field('husband_id_number', '男方证件号码', 'certificate_no', {
      required: true,
      certificate: 'husband_certificate_kind',
    }),
    field('wife_name', '女方姓名', 'person_name'),
    field('wife_id_number', '女方证件号码', 'certificate_no', {
      required: true,
      certificate: 'wife_certificate_kind',
    }),
    field('marital_status', '婚姻状况', 'code', { codes: 'marital_status' }),
    field('married_on', '登记日期', 'date'),
    field('divorced_on', '离婚日期', 'date'),
    field('registry_office', '登记机关', 'organisation_name'),
    field('husband_certificate_kind', '男方证件类别', 'code', {
      codes: 'certificate_kind',
      optionalColumn: true,
    }),
    field('wife_certificate_kind', '女方证件类别', 'code', {
      codes: 'certificate_kind',
      optionalColumn: true,
    }),
  ],
  checks: [
    {
      rule: 'divorce_before_marriage',
      message: '离婚日期早于登记日期',
      sql: 'divorced_on IS NOT NULL AND married_on IS NOT NULL AND divorced_on < married_on',
      onFail: 'mark',
    },
  ],
});
