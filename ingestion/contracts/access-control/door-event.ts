import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 门禁开门记录 (DEV-1, DEV-3, E2, 002:9343-9365) */
export const accessControlDoorEvent = defineDataset({
  source: 'access_control',
  dataset: 'door_event',
  zh: '门禁开门记录',
  reference: 'DEV-1, DEV-3, E2, 002:9343-9365',
  owner: '物联网平台',
  grain: 'one row per opening of a door',
  key: ['event_no'],
  load: { strategy: 'append', cursor: 'happened_at' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'daily',
  latenessDays: 35,
  level: 4,
  legalBasis: '《公共租赁住房管理办法》第三十条，合同约定的居住安全与能耗管理',
  fields: [
    field('event_no', '事件编号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('device_no', '设备编号', 'identifier'),
    field('house_code', '房屋编码', 'house_code', { required: true, onInvalid: 'reject' }),
    field('card_no', '人员卡号', 'identifier'),
    field('happened_at', '开门时间', 'timestamp', { required: true, onInvalid: 'reject' }),
    field('direction', '方向', 'code', { codes: 'door_direction' }),
    field('method', '开门方式', 'code', { codes: 'door_method' }),
    field('is_registered', '是否登记人员', 'boolean_word'),
  ],
});
