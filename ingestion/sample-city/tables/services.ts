/** 报事报修 and 投诉处理. */
import { operationsComplaint } from '../../contracts/operations/complaint.ts';
import { operationsRepair } from '../../contracts/operations/repair.ts';
import { instantText, NEVER } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import { Draw, KIND } from '../random.ts';
import { applicantOf } from '../world/households.ts';
import { houseCode } from '../world/housing.ts';
import type { World } from '../world/index.ts';
import { contractNo } from '../world/leases.ts';
import { pad } from '../world/numbers.ts';

const RATINGS = [
  ['5', 46],
  ['4', 33],
  ['3', 13],
  ['2', 5],
  ['1', 3],
] as const;
const SECONDS_A_DAY = 86_400;

/** `YYYY-MM-DD hh:mm:ss` of seconds since 1970 (local time), '' while it lies after the day. */
function at(seconds: number, asOf: number): string {
  const day = Math.floor(seconds / SECONDS_A_DAY);
  return day > asOf ? '' : instantText(day, seconds - day * SECONDS_A_DAY);
}

const REPAIRS: Record<string, string> = {
  water: '厨房水管漏水',
  electricity: '客厅插座没电',
  gas: '燃气灶打不着火',
  door_window: '入户门锁损坏',
  wall: '卫生间顶部渗水',
  elevator: '电梯停运',
  appliance: '热水器不出热水',
  public_area: '楼道灯不亮',
};
const REPAIR_KINDS = [
  ['water', 34],
  ['electricity', 18],
  ['gas', 6],
  ['door_window', 16],
  ['wall', 9],
  ['elevator', 5],
  ['appliance', 8],
  ['public_area', 4],
] as const;

export function repairs(world: World): Table {
  const { stays } = world.leases;
  const { lastDay } = world.size;
  const draw = new Draw(world.size.seed);
  return {
    dataset: operationsRepair,
    count: Math.round(stays.length * 0.9),
    row(i, asOf) {
      draw.at(KIND.repair, i);
      const stay = stays[draw.int(stays.length)];
      if (!stay) return null;
      const from = Math.max(stay.movedIn, lastDay - 540);
      const to = Math.min(lastDay, stay.movedOut - 1);
      if (to <= from) return null;
      const reported = draw.between(from, to) * SECONDS_A_DAY + draw.between(8 * 3600, 21 * 3600);
      if (reported >= (asOf + 1) * SECONDS_A_DAY) return null;
      const kind = draw.weighted(REPAIR_KINDS);
      const allowed = kind === 'elevator' || kind === 'gas' ? 1 : kind === 'wall' ? 7 : 3;
      const accepted = reported + draw.between(600, 20_000);
      const cancelled = draw.chance(0.02);
      const slow = draw.chance(0.09);
      const finished = cancelled
        ? NEVER * SECONDS_A_DAY
        : accepted +
          (slow
            ? allowed * SECONDS_A_DAY + draw.between(3600, 9 * SECONDS_A_DAY)
            : draw.between(3600, allowed * SECONDS_A_DAY - 20_000));
      const rating = draw.weighted(RATINGS);
      const rated = draw.chance(0.7)
        ? finished + draw.between(3600, 3 * SECONDS_A_DAY)
        : NEVER * SECONDS_A_DAY;
      const until = (asOf + 1) * SECONDS_A_DAY;
      const state = cancelled
        ? 'cancelled'
        : rated < until
          ? 'closed'
          : finished < until
            ? 'done'
            : accepted + 7200 < until
              ? 'working'
              : accepted < until
                ? 'accepted'
                : 'reported';
      const contract =
        stay.contracts.findLast((c) => c.startsOn * SECONDS_A_DAY <= reported) ?? stay.contracts[0];
      return [
        `BX${pad(i + 1, 9)}`,
        houseCode(stay.dwelling),
        contract ? contractNo(contract) : '',
        kind,
        at(reported, asOf),
        at(accepted, asOf),
        at(reported + allowed * SECONDS_A_DAY, NEVER),
        at(finished, asOf),
        state,
        state === 'closed' ? rating : '',
        REPAIRS[kind] ?? '',
      ];
    },
  };
}

const COMPLAINTS: Record<string, string> = {
  sublet: '反映该房屋转租给他人居住',
  vacant: '反映该房屋长期无人居住',
  rent: '对租金金额有疑问',
  repair: '报修后多日无人上门',
  property_service: '楼道卫生长期无人打扫',
  neighbour: '邻居深夜噪音扰民',
  safety: '电动车在楼道充电',
  allocation: '对轮候排序有疑问',
};
const COMPLAINT_KINDS = [
  ['repair', 26],
  ['property_service', 24],
  ['neighbour', 20],
  ['safety', 12],
  ['rent', 10],
  ['allocation', 5],
  ['sublet', 2],
  ['vacant', 1],
] as const;
const ANSWER_DAYS = 10;

export function complaints(world: World): Table {
  const { stays } = world.leases;
  const { lastDay, seed } = world.size;
  const draw = new Draw(seed);
  // Neighbours notice: every second sublet or empty dwelling is complained of.
  const noticed = world.violations.filter(
    (v, k) => v.stay && k % 2 === 0 && (v.kind === 'sublet' || v.kind === 'vacant_while_let'),
  );
  return {
    dataset: operationsComplaint,
    count: noticed.length + Math.round(stays.length * 0.15),
    row(i, asOf) {
      draw.at(KIND.complaint, i);
      const violation = noticed[i];
      const stay = violation?.stay ?? stays[draw.int(stays.length)];
      const by = stays[draw.int(stays.length)];
      if (!stay || !by) return null;
      const day = violation ? draw.between(violation.since + 10, lastDay) : lastDay - draw.int(540);
      const made = day * SECONDS_A_DAY + draw.between(8 * 3600, 22 * 3600);
      if (day > asOf) return null;
      const kind = violation
        ? violation.kind === 'sublet'
          ? 'sublet'
          : 'vacant'
        : draw.weighted(COMPLAINT_KINDS);
      const answered =
        made +
        (draw.chance(0.1)
          ? ANSWER_DAYS * SECONDS_A_DAY + draw.between(3600, 9 * SECONDS_A_DAY)
          : draw.between(7200, ANSWER_DAYS * SECONDS_A_DAY - 20_000));
      const rating = draw.weighted(RATINGS);
      const rated = draw.chance(0.5);
      const until = (asOf + 1) * SECONDS_A_DAY;
      const done = answered < until;
      const closed = rated && answered + 2 * SECONDS_A_DAY < until;
      const person = applicantOf(by.household);
      return [
        `TS${pad(i + 1, 9)}`,
        stay.dwelling.project.number,
        houseCode(stay.dwelling),
        kind,
        COMPLAINTS[kind] ?? '',
        world.people.name(person),
        world.people.phone(person),
        at(made, asOf),
        at(made + ANSWER_DAYS * SECONDS_A_DAY, NEVER),
        at(answered, asOf),
        closed ? 'closed' : done ? 'resolved' : made + 14_400 < until ? 'handling' : 'received',
        closed ? rating : '',
        done ? '已核实并告知处理结果' : '',
      ];
    },
  };
}
