/** 生态建设: suppliers, products, demands, cooperations, their ratings and complaints about products, as the platform would send them. */
import { ecologyCooperation } from '../../contracts/ecology/cooperation.ts';
import { ecologyDemand } from '../../contracts/ecology/demand.ts';
import { ecologyEvaluation } from '../../contracts/ecology/evaluation.ts';
import { ecologyProductComplaint } from '../../contracts/ecology/product-complaint.ts';
import { ecologyProduct } from '../../contracts/ecology/product.ts';
import { ecologySupplier } from '../../contracts/ecology/supplier.ts';
import { dayText, dayTextUntil } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import {
  type Cooperation,
  cooperationNo,
  demandNo,
  type Ecology,
  productComplaintNo,
  productNo,
  type Supplier,
  supplierNo,
} from '../world/ecology.ts';
import { DISTRICTS, roadName } from '../world/names.ts';
import { pad } from '../world/numbers.ts';

const CATEGORIES = ['equipment', 'furnishing', 'construction', 'maintenance', 'material', 'service'] as const;
type Offer = readonly [category: string, name: string];
const PRODUCTS: readonly [Offer, ...Offer[]] = [
  ['face_access', '人脸识别门禁一体机'],
  ['smart_lock', '联网智能门锁'],
  ['entry_sensor', '出入识别传感器'],
  ['smart_breaker', '智能空气开关'],
  ['air_monitor', '室内环境监测仪'],
  ['water_meter', '远传智能水表'],
  ['electricity_meter', '智能电表'],
  ['furniture', '公寓成套家具'],
  ['material', '环保内墙涂料'],
  ['service', '公共部位保洁服务'],
];
const of = <T>(list: readonly [T, ...T[]], index: number): T => list[index % list.length] ?? list[0];

function stateOf(supplier: Supplier, asOf: number): string {
  if (supplier.isRejected) return 'rejected';
  if (supplier.leftOn <= asOf) return 'deregistered';
  if (supplier.blacklistedOn <= asOf) return 'blacklisted';
  return supplier.approvedOn <= asOf ? 'approved' : 'applied';
}

export function ecologyTables(ecology: Ecology): Table[] {
  const rated = ecology.cooperations.filter(({ rating }) => rating > 0);
  return [
    suppliers(ecology),
    products(ecology),
    demands(ecology),
    cooperations(ecology),
    ratings(rated),
    complaints(ecology),
  ];
}

const suppliers = ({ suppliers: all }: Ecology): Table => ({
  dataset: ecologySupplier,
  count: all.length,
  protect: (i) => all[i]?.isWatched === true,
  row(i, asOf) {
    const s = all[i];
    if (!s || s.appliedOn > asOf) return null;
    return [
      supplierNo(s),
      s.enterprise.creditCode,
      s.enterprise.name,
      of(CATEGORIES, i),
      `湘安市${DISTRICTS[s.enterprise.district] ?? ''}${roadName(i)}${(i % 200) + 1}号`,
      `0799${pad(8_000_000 + s.enterprise.index, 7)}`,
      of(PRODUCTS, i)[1],
      i % 3 === 0 ? '营业执照;质量管理体系认证' : '营业执照',
      String(7 + (i % 5) * 7),
      dayText(s.appliedOn),
      dayTextUntil(s.approvedOn, asOf),
      s.isRejected ? '资质证明文件不全' : '',
      dayTextUntil(s.leftOn, asOf),
      stateOf(s, asOf),
    ];
  },
});

const products = ({ products: all }: Ecology): Table => ({
  dataset: ecologyProduct,
  count: all.length,
  protect: (i) => all[i]?.supplier.isWatched === true,
  row(i, asOf) {
    const p = all[i];
    if (!p || p.publishedOn > asOf) return null;
    const [category, name] = of(PRODUCTS, p.supplier.index + i);
    const isDelisted = p.delistedOn <= asOf;
    return [
      productNo(p),
      supplierNo(p.supplier),
      name,
      `XA-${100 + (i % 90)}`,
      category,
      `${80 + (i % 70) * 35}.00`,
      String(20 + (i % 17) * 30),
      dayText(p.publishedOn),
      dayTextUntil(p.delistedOn, asOf),
      isDelisted ? (p.isRemoved ? '频繁投诉' : '暂停供货') : '',
      isDelisted ? (p.isRemoved ? 'removed' : 'delisted') : 'published',
    ];
  },
});

const demands = ({ demands: all }: Ecology): Table => ({
  dataset: ecologyDemand,
  count: all.length,
  protect: () => true,
  row(i, asOf) {
    const d = all[i];
    if (!d || d.publishedOn > asOf) return null;
    const [category, name] = of(PRODUCTS, i * 3);
    return [
      demandNo(d),
      d.buyer,
      `采购${name}`,
      category,
      String(10 + (i % 20) * 15),
      `${(5 + (i % 40)) * 2000}.00`,
      dayText(d.publishedOn),
      dayText(d.publishedOn + 60),
      dayText(d.publishedOn + 90),
      d.blockedOn <= asOf ? 'blocked' : d.metOn <= asOf ? 'met' : 'open',
    ];
  },
});

function cooperationState({ end, endedOn, confirmedOn }: Cooperation, asOf: number): string {
  if (endedOn <= asOf) return end;
  return confirmedOn <= asOf ? 'confirmed' : 'intent';
}

const cooperations = ({ cooperations: all }: Ecology): Table => ({
  dataset: ecologyCooperation,
  count: all.length,
  protect: (i) => all[i]?.supplier.isWatched === true,
  row(i, asOf) {
    const c = all[i];
    if (!c || c.formedOn > asOf) return null;
    const isConfirmed = c.confirmedOn <= asOf;
    return [
      cooperationNo(c),
      supplierNo(c.supplier),
      c.buyer,
      productNo(c.product),
      c.demand ? demandNo(c.demand) : '',
      c.demand ? 'demand' : 'product',
      dayText(c.formedOn),
      dayTextUntil(c.confirmedOn, asOf),
      isConfirmed ? dayText(c.dueOn) : '',
      c.end === 'completed' ? dayTextUntil(c.endedOn, asOf) : '',
      isConfirmed ? `${c.amount}.00` : '',
      cooperationState(c, asOf),
    ];
  },
});

const DAYS_TO_RATE = 4;
const WORDS = ['', '很差', '较差', '一般', '满意', '非常满意'];

const ratings = (rated: readonly Cooperation[]): Table => ({
  dataset: ecologyEvaluation,
  count: rated.length * 2,
  protect: (i) => rated[Math.floor(i / 2)]?.supplier.isWatched === true,
  row(i, asOf) {
    const c = rated[Math.floor(i / 2)];
    if (!c || c.endedOn + DAYS_TO_RATE > asOf) return null;
    const isOfSupplier = i % 2 === 0;
    // Every third supplier rates back.
    if (!isOfSupplier && c.index % 3 !== 0) return null;
    const rating = isOfSupplier ? c.rating : 4 + (c.index % 2);
    return [
      `HZPJ${pad(i + 1, 6)}`,
      cooperationNo(c),
      isOfSupplier ? 'supplier' : 'buyer',
      dayText(c.endedOn + DAYS_TO_RATE),
      String(rating),
      isOfSupplier ? String(rating) : '',
      String(rating),
      WORDS[rating] ?? '',
      c.index % 7 === 0 ? 'internal' : 'public',
    ];
  },
});

const complaints = ({ complaints: all }: Ecology): Table => ({
  dataset: ecologyProductComplaint,
  count: all.length,
  protect: (i) => all[i]?.product.supplier.isWatched === true,
  row(i, asOf) {
    const c = all[i];
    if (!c || c.on > asOf) return null;
    return [
      productComplaintNo(c),
      productNo(c.product),
      '',
      dayText(c.on),
      '产品使用中出现质量问题',
      c.isConfirmed ? 'confirmed' : 'unfounded',
    ];
  },
});
