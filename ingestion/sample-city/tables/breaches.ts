/** 承租人违约上报登记, as the business system would send it. */
import { operationsBreachReport } from '../../contracts/operations/breach-report.ts';
import { dayText } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import {
  type BreachKind,
  type BreachReport,
  breachNo,
  type BreachReporter,
  makeBreaches,
} from '../world/breaches.ts';
import { houseCode } from '../world/housing.ts';
import type { World } from '../world/index.ts';
import { contractNo } from '../world/leases.ts';
import { personName } from '../world/names.ts';
import { pad } from '../world/numbers.ts';

const WHAT: Record<BreachKind, string> = {
  arrears: '多次催缴仍未缴纳租金',
  sublet: '巡查发现由他人居住，自称向承租人租用',
  idle: '连续数月无人居住，邻居未见承租人',
  misuse: '房内设有货架，用于存放商品',
  damage: '拆除客厅与阳台之间的墙体',
  facility_damage: '损坏楼道消防设施',
  illegal_building: '在公共平台搭建雨棚',
  illegal_activity: '公安机关通报房内有违法活动',
  other: '多次违反合同约定的使用要求',
};
const UNITS: Record<BreachReporter, string> = {
  street: '社区居委会',
  property: '小区物业服务中心',
  enterprise: '运营管理部',
  centre: '住房保障服务中心',
};

export function breachReports(world: World): Table {
  const all = makeBreaches(world);
  return {
    dataset: operationsBreachReport,
    count: all.length,
    protect: (i) => all[i]?.isWatched === true,
    row(i, asOf) {
      const one = all[i];
      return one && one.reportedOn <= asOf ? rowOf(world, one, asOf) : null;
    },
  };
}

function rowOf({ people }: World, one: BreachReport, asOf: number): string[] {
  const { contract, reporter, kind, end, endedOn, index } = one;
  const isEnded = endedOn <= asOf;
  const isHandled = isEnded && end === 'handled';
  const open = end === 'reported' || asOf === one.reportedOn ? 'reported' : 'handling';
  return [
    breachNo(one),
    reporter,
    `${contract.stay.dwelling.project.name}${UNITS[reporter]}`,
    personName(index, index * 37, index % 2 === 0),
    `0799${pad(7_000_000 + index, 7)}`,
    dayText(one.reportedOn),
    one.namesDwellingOnly ? '' : contractNo(contract),
    houseCode(contract.stay.dwelling),
    '',
    people.name(contract.tenant),
    kind,
    dayText(one.occurredOn),
    WHAT[kind],
    index % 3 === 0 ? `现场照片${pad(index + 1, 6)}.jpg` : '',
    isEnded ? end : open,
    isHandled ? dayText(endedOn) : '',
    isHandled ? '书面告知并责令限期改正' : '',
    isHandled ? '已改正' : '',
    isEnded ? '已电话联系承租人' : '',
  ];
}
