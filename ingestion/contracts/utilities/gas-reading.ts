import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 燃气表读数 (A4-8, 002:9871-9873) */
export const utilitiesGasReading = defineDataset({
  source: 'utilities',
  dataset: 'gas_reading',
  zh: '燃气表读数',
  reference: 'A4-8, 002:9871-9873',
  owner: '燃气公司',
  grain: 'one row per meter and day',
  key: ['meter_no', 'reading_date'],
  load: { strategy: 'append', cursor: 'reading_date' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'daily',
  latenessDays: 35,
  level: 3,
  legalBasis: '《公共租赁住房管理办法》第三十条，合同约定的居住安全与能耗管理',
  fields: [
    field('meter_no', '表号', 'meter_no', { required: true, onInvalid: 'reject' }),
    field('reading_date', '抄表日期', 'date', { required: true, onInvalid: 'reject' }),
    field('reading', '读数', 'quantity'),
    field('usage', '用量', 'quantity'),
    field('fee', '燃气费金额', 'money'),
  ],
});
