import { defineDataset } from '../../contract.ts';
import { field } from '../field.ts';

/** 商品房网上签约信息 (A1-18, 002:6229) */
export const propertyNetSignedContract = defineDataset({
  source: 'property',
  dataset: 'net_signed_contract',
  zh: '商品房网上签约信息',
  reference: 'A1-18, 002:6229',
  owner: '住房和城乡建设局',
  grain: 'one row per net-signed sale contract and buyer',
  key: ['signing_no', 'buyer_id_number'],
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'gb18030' },
  cadence: 'weekly',
  latenessDays: 7,
  level: 4,
  legalBasis: '《公共租赁住房管理办法》（住房城乡建设部令第11号）第八条：申请人书面同意核查',
  fields: [
    field('signing_no', '网签合同号', 'identifier', { required: true, onInvalid: 'reject' }),
    field('buyer_name', '买受人', 'person_name'),
    field('buyer_id_number', '买受人证件号码', 'certificate_no', {
      required: true,
      certificate: 'buyer_certificate_kind',
    }),
    field('address', '房屋坐落', 'address'),
    field('district', '房产所在区域', 'text'),
    field('floor_area', '建筑面积', 'area', { onInvalid: 'reject' }),
    field('total_price', '成交总价（万元）', 'money', { unit: 'wan_yuan', onInvalid: 'reject' }),
    field('acquisition_way', '取得方式', 'code', { codes: 'acquisition_way' }),
    field('co_ownership', '共有情况', 'text'),
    field('signed_on', '签约日期', 'date', { onInvalid: 'reject' }),
    field('signing_state', '当前网签状态', 'code', { codes: 'signing_state' }),
    field('filed_on', '备案日期', 'date'),
    field('buyer_certificate_kind', '买受人证件类别', 'code', {
      codes: 'certificate_kind',
      optionalColumn: true,
    }),
  ],
});
