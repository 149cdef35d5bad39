import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 不动产权属信息 (A1-16, A1-17, A4-6, 002:6197) */
export const propertyOwnership = defineDataset({
  source: 'property',
  dataset: 'ownership',
  zh: '不动产权属信息',
  reference: 'A1-16, A1-17, A4-6, 002:6197',
  owner: '不动产登记中心',
  grain: 'one row per owner of a registered property',
  key: ['certificate_no', 'owner_id_number'],
  load: { strategy: 'full' },
  delivery: { shape: 'csv', encoding: 'gb18030' },
  cadence: 'monthly',
  latenessDays: 10,
  level: 4,
  legalBasis: '《公共租赁住房管理办法》（住房城乡建设部令第11号）第八条：申请人书面同意核查',
  fields: [
    field('certificate_no', '不动产权证号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('real_estate_unit_code', '不动产单元号', 'real_estate_unit_code'),
    field('owner_name', '产权人', 'person_name'),
    field('owner_id_number', '产权人身份证号', 'id_number', { required: true }),
    field('title_nature', '产权性质', 'code', { codes: 'title_nature' }),
    field('property_nature', '房屋性质', 'code', { codes: 'property_nature' }),
    field('address', '不动产详细地址', 'address'),
    field('district', '房产所在区域', 'text'),
    field('division_code', '行政区划代码', 'division_code'),
    field('floor_area', '建筑面积', 'area', { onInvalid: 'reject' }),
    field('ownership_share', '所有权比例', 'share'),
    field('acquisition_way', '取得方式', 'code', { codes: 'acquisition_way' }),
    field('acquired_on', '取得时间', 'date'),
    field('cancelled_on', '注销日期', 'date'),
  ],
});
