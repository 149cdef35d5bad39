import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 户籍迁移信息 (A1-10, 002:6041) */
export const policeMigration = defineDataset({
  source: 'police',
  dataset: 'migration',
  zh: '户籍迁移信息',
  reference: 'A1-10, 002:6041',
  owner: '公安局',
  grain: 'one row per move of a person into or out of the register',
  key: ['migration_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'xml', record: '迁移' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 3,
  legalBasis: '《公共租赁住房管理办法》（住房城乡建设部令第11号）第八条：申请人书面同意核查',
  fields: [
    field('migration_no', '迁移流水号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('id_number', '公民身份号码', 'id_number', { required: true }),
    field('person_name', '姓名', 'person_name'),
    field('moved_in_on', '迁入日期', 'date'),
    field('moved_out_on', '迁出日期', 'date'),
    field('move_in_reason', '定居原因', 'code', { codes: 'register_move_reason' }),
    field('move_out_reason', '迁出原因', 'code', { codes: 'register_move_reason' }),
    field('is_return', '是否回迁户口', 'boolean_word'),
  ],
});
