import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 入住人员 (D.9 表14, 002:10801) */
export const operationsOccupant = defineDataset({
  source: 'operations',
  dataset: 'occupant',
  zh: '入住人员',
  reference: 'D.9 表14, 002:10801',
  owner: '住房保障服务中心',
  grain: 'one row per person living in a dwelling under a contract',
  key: ['occupant_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'jsonl' },
  cadence: 'weekly',
  latenessDays: 7,
  level: 4,
  legalBasis: '住房保障业务自有数据，《公共租赁住房管理办法》第三十条',
  fields: [
    field('occupant_no', '入住编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('contract_no', '合同编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('house_code', '房屋编码', 'house_code', { required: true, onInvalid: 'reject' }),
    field('person_name', '姓名', 'person_name'),
    field('id_number', '证件号码', 'certificate_no', { certificate: 'certificate_kind' }),
    field('kinship_code', '与承租人关系', 'code', { codes: 'kinship' }),
    field('moved_in_on', '入住日期', 'date'),
    field('moved_out_on', '退出日期', 'date'),
    field('certificate_kind', '证件类别', 'code', { codes: 'certificate_kind', optionalColumn: true }),
  ],
});
