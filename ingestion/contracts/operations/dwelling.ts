import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 保障性住房房源 (D.9 表7, 002:10629) */
export const operationsDwelling = defineDataset({
  source: 'operations',
  dataset: 'dwelling',
  zh: '保障性住房房源',
  reference: 'D.9 表7, 002:10629',
  owner: '住房保障服务中心',
  grain: 'one row per assisted dwelling',
  key: ['dwelling_no'],
  load: { strategy: 'full' },
  delivery: { shape: 'csv', encoding: 'gb18030' },
  cadence: 'weekly',
  latenessDays: 7,
  level: 2,
  legalBasis: '住房保障业务自有数据，《公共租赁住房管理办法》第三十条',
  fields: [
    field('dwelling_no', '房源编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('house_code', '房屋编码', 'house_code', { required: true, onInvalid: 'reject' }),
    field('project_no', '项目编号', 'identifier', { required: true }),
    field('building_no', '幢号', 'text'),
    field('unit_no', '单元', 'text'),
    field('room_no', '房号', 'text'),
    field('layout_code', '户型', 'code', { codes: 'layout' }),
    field('floor_area', '建筑面积', 'area', { onInvalid: 'reject' }),
    field('dwelling_state', '房源状态', 'code', { codes: 'dwelling_state' }),
    field('standard_rent', '标准月租金', 'money'),
    field('delivered_on', '交付日期', 'date'),
    field('vacant_since', '空置日期', 'date'),
  ],
});
