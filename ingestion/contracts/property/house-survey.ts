import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 房产测绘成果 (A4-3, 002:407) */
export const propertyHouseSurvey = defineDataset({
  source: 'property',
  dataset: 'house_survey',
  zh: '房产测绘成果',
  reference: 'A4-3, 002:407',
  owner: '房产测绘院',
  grain: 'one row per surveyed dwelling',
  key: ['survey_no'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'xml', record: '测绘' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 2,
  legalBasis: '《中华人民共和国政府信息公开条例》第二十条',
  fields: [
    field('survey_no', '测绘编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('house_code', '房屋编码', 'house_code', { required: true }),
    field('real_estate_unit_code', '不动产单元代码', 'real_estate_unit_code'),
    field('address', '房屋坐落', 'address'),
    field('floor_area', '建筑面积', 'area', { onInvalid: 'reject' }),
    field('inner_area', '套内建筑面积', 'area'),
    field('shared_area', '公摊建筑面积', 'area'),
    field('structure_code', '建筑结构', 'code', { codes: 'structure' }),
    field('surveyed_on', '测绘日期', 'date'),
    field('surveyor', '测绘单位', 'organisation_name'),
  ],
});
