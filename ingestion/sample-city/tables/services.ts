/** 报事报修 and 投诉处理. */
import { operationsComplaint } from '../../contracts/operations/complaint.ts';
import { operationsRepair } from '../../contracts/operations/repair.ts';
import { instantText, NEVER } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import { applicantOf } from '../world/households.ts';
import { houseCode } from '../world/housing.ts';
import type { World } from '../world/index.ts';
import { contractNo } from '../world/leases.ts';
import {
  type ComplaintKind,
  dayOf,
  isOpenComplaint,
  isOpenRepair,
  makeComplaints,
  makeRepairs,
  repeatedlyRepaired,
  type RepairKind,
  SECONDS_A_DAY,
} from '../world/matters.ts';
import { pad } from '../world/numbers.ts';

/** `YYYY-MM-DD hh:mm:ss` of seconds since 1970 (local time), '' while it lies after the day. */
function at(seconds: number, asOf: number): string {
  const day = dayOf(seconds);
  return day > asOf ? '' : instantText(day, seconds - day * SECONDS_A_DAY);
}

const REPAIRS: Record<RepairKind, string> = {
  water: '厨房水管漏水',
  electricity: '客厅插座没电',
  gas: '燃气灶打不着火',
  door_window: '入户门锁损坏',
  wall: '卫生间顶部渗水',
  elevator: '电梯停运',
  appliance: '热水器不出热水',
  public_area: '楼道灯不亮',
};

export const repairNo = (index: number): string => `BX${pad(index + 1, 9)}`;
export const complaintNo = (index: number): string => `TS${pad(index + 1, 9)}`;

export function repairs(world: World): Table {
  const { lastDay } = world.size;
  const all = makeRepairs(world);
  const repeated = repeatedlyRepaired(all, lastDay);
  return {
    dataset: operationsRepair,
    count: all.length,
    protect: (i) => {
      const r = all[i];
      return !!r && (r.planted || isOpenRepair(r, lastDay) || repeated.has(r.stay.dwelling.index));
    },
    row(i, asOf) {
      const r = all[i];
      const until = (asOf + 1) * SECONDS_A_DAY;
      if (!r || r.reported >= until) return null;
      const state = r.cancelled
        ? 'cancelled'
        : r.rated < until
          ? 'closed'
          : r.finished < until
            ? 'done'
            : r.accepted + 7200 < until
              ? 'working'
              : r.accepted < until
                ? 'accepted'
                : 'reported';
      const contract =
        r.stay.contracts.findLast((c) => c.startsOn * SECONDS_A_DAY <= r.reported) ?? r.stay.contracts[0];
      return [
        repairNo(i),
        houseCode(r.stay.dwelling),
        contract ? contractNo(contract) : '',
        r.kind,
        at(r.reported, asOf),
        at(r.accepted, asOf),
        at(r.due, NEVER),
        at(r.finished, asOf),
        state,
        state === 'closed' ? r.rating : '',
        REPAIRS[r.kind],
      ];
    },
  };
}

const COMPLAINTS: Record<ComplaintKind, string> = {
  sublet: '反映该房屋转租给他人居住',
  vacant: '反映该房屋长期无人居住',
  rent: '对租金金额有疑问',
  repair: '报修后多日无人上门',
  property_service: '楼道卫生长期无人打扫',
  neighbour: '邻居深夜噪音扰民',
  safety: '电动车在楼道充电',
  allocation: '对轮候排序有疑问',
};

export function complaints(world: World): Table {
  const { lastDay } = world.size;
  const all = makeComplaints(world);
  return {
    dataset: operationsComplaint,
    count: all.length,
    protect: (i) => {
      const c = all[i];
      return !!c && (c.planted || isOpenComplaint(c, lastDay));
    },
    row(i, asOf) {
      const c = all[i];
      if (!c || dayOf(c.made) > asOf) return null;
      const until = (asOf + 1) * SECONDS_A_DAY;
      const done = c.answered < until;
      const closed = c.rated && c.answered + 2 * SECONDS_A_DAY < until;
      const person = applicantOf(c.by.household);
      const open = c.withdrawn ? 'withdrawn' : c.made + 14_400 < until ? 'handling' : 'received';
      return [
        complaintNo(i),
        c.stay.dwelling.project.number,
        houseCode(c.stay.dwelling),
        c.kind,
        COMPLAINTS[c.kind],
        world.people.name(person),
        world.people.phone(person),
        at(c.made, asOf),
        at(c.due, NEVER),
        at(c.answered, asOf),
        closed ? 'closed' : done ? 'resolved' : open,
        closed ? c.rating : '',
        done ? '已核实并告知处理结果' : '',
      ];
    },
  };
}
