import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 行政区划 (A4-7, GB/T 2260, 002:9865-9867) */
export const geographyDivision = defineDataset({
  source: 'geography',
  dataset: 'division',
  zh: '行政区划',
  reference: 'A4-7, GB/T 2260, 002:9865-9867',
  owner: '自然资源和规划局',
  grain: 'one row per division: city, district, street, community',
  key: ['division_code'],
  load: { strategy: 'full' },
  delivery: { shape: 'jsonl' },
  cadence: 'irregular',
  latenessDays: 400,
  level: 1,
  legalBasis: '《中华人民共和国政府信息公开条例》第二十条',
  fields: [
    field('division_code', '区划代码', 'division_code', { required: true, onInvalid: 'reject' }),
    field('division_name', '名称', 'text', { required: true }),
    field('level', '级别', 'code', { codes: 'division_level' }),
    field('parent_code', '上级代码', 'division_code'),
    field('tile_x', '网格列', 'integer'),
    field('tile_y', '网格行', 'integer'),
    field('population', '常住人口', 'integer'),
  ],
});
