/** Repairs and complaints as facts: what was reported, by when it was to be done, and when it was. Seconds are since 1970, local time. */
import { NEVER } from '../calendar.ts';
import { Draw, KIND, shuffled } from '../random.ts';
import type { World } from './index.ts';
import type { Stay } from './leases.ts';
import type { Violation } from './violation-kinds.ts';

export const SECONDS_A_DAY = 86_400;
export const NOT_YET = NEVER * SECONDS_A_DAY;

export const REPAIR_KINDS = [
  ['water', 34],
  ['electricity', 18],
  ['gas', 6],
  ['door_window', 16],
  ['wall', 9],
  ['elevator', 5],
  ['appliance', 8],
  ['public_area', 4],
] as const;
export type RepairKind = (typeof REPAIR_KINDS)[number][0];
export const RATINGS = [
  ['5', 46],
  ['4', 33],
  ['3', 13],
  ['2', 5],
  ['1', 3],
] as const;

export interface Repair {
  stay: Stay;
  kind: RepairKind;
  reported: number;
  accepted: number;
  due: number;
  /** NOT_YET where it is not. */
  finished: number;
  cancelled: boolean;
  rating: string;
  rated: number;
  /** Made so that a rule has something to find, or something not to. */
  planted: boolean;
}

const allowedDays = (kind: RepairKind): number =>
  kind === 'elevator' || kind === 'gas' ? 1 : kind === 'wall' ? 7 : 3;

/** In the order of their numbers; those of nobody are null. The planted ones come last. */
export function makeRepairs(world: World): (Repair | null)[] {
  const draw = new Draw(world.size.seed);
  const usual = Array.from({ length: Math.round(world.leases.stays.length * 0.9) }, (_, i) =>
    usualRepair(world, draw.at(KIND.repair, i)),
  );
  return [...usual, ...plantedRepairs(world)];
}

function usualRepair({ leases: { stays }, size: { lastDay } }: World, draw: Draw): Repair | null {
  const stay = stays[draw.int(stays.length)];
  if (!stay) return null;
  const from = Math.max(stay.movedIn, lastDay - 540);
  const to = Math.min(lastDay, stay.movedOut - 1);
  if (to <= from) return null;
  const reported = draw.between(from, to) * SECONDS_A_DAY + draw.between(8 * 3600, 21 * 3600);
  const kind = draw.weighted(REPAIR_KINDS);
  const allowed = allowedDays(kind);
  const accepted = reported + draw.between(600, 20_000);
  const cancelled = draw.chance(0.02);
  const slow = draw.chance(0.09);
  const finished = cancelled
    ? NOT_YET
    : accepted +
      (slow
        ? allowed * SECONDS_A_DAY + draw.between(3600, 9 * SECONDS_A_DAY)
        : draw.between(3600, allowed * SECONDS_A_DAY - 20_000));
  const rating = draw.weighted(RATINGS);
  const rated = draw.chance(0.7) ? finished + draw.between(3600, 3 * SECONDS_A_DAY) : NOT_YET;
  const due = reported + allowed * SECONDS_A_DAY;
  return { stay, kind, reported, accepted, due, finished, cancelled, rating, rated, planted: false };
}

/** Days before the last on which the same thing broke again: the fifth time within half a year is what a rule looks for. */
const REPEATED = [150, 118, 84, 51, 23];
const FOUR_TIMES = [260, 240, 215, 150, 118, 84, 51];
/** Open past the time allowed; open within it; and given up by who reported it. */
const OVERDUE_DAYS = 12;

function plantedRepairs(world: World): Repair[] {
  const { lastDay } = world.size;
  const each = plantedEach(world);
  const stays = oldStays(world, 330);
  const at = (stay: Stay, day: number, kind: RepairKind, how: 'done' | 'open' | 'cancelled'): Repair => {
    const reported = day * SECONDS_A_DAY + 10 * 3600;
    const due = reported + allowedDays(kind) * SECONDS_A_DAY;
    const finished = how === 'done' ? reported + 20 * 3600 : NOT_YET;
    return {
      ...{ stay, kind, reported, accepted: reported + 1800, due, finished, cancelled: how === 'cancelled' },
      ...{ rating: '4', rated: NOT_YET, planted: true },
    };
  };
  const groups: ((stay: Stay) => Repair[])[] = [
    (stay) => REPEATED.map((ago) => at(stay, lastDay - ago, 'water', 'done')),
    (stay) => FOUR_TIMES.map((ago) => at(stay, lastDay - ago, 'water', 'done')),
    (stay) => [at(stay, lastDay - OVERDUE_DAYS, 'water', 'open')],
    (stay) => [at(stay, lastDay - OVERDUE_DAYS, 'elevator', 'open')],
    (stay) => [at(stay, lastDay - 2, 'wall', 'open')],
    (stay) => [at(stay, lastDay - OVERDUE_DAYS, 'electricity', 'cancelled')],
  ];
  return groups.flatMap((group, g) => stays.slice(g * each, (g + 1) * each).flatMap(group));
}

/** How many of each kind of matter are planted. */
const plantedEach = ({ leases }: World): number => Math.max(1, Math.round(leases.stays.length * 0.003));

function oldStays({ size, leases }: World, salt: number): Stay[] {
  const old = leases.stays.filter((stay) => stay.movedOut === NEVER && stay.movedIn < size.lastDay - 300);
  return [...shuffled(size.seed, salt, old.length)].flatMap((i) => old[i] ?? []);
}

export const COMPLAINT_KINDS = [
  ['repair', 26],
  ['property_service', 24],
  ['neighbour', 20],
  ['safety', 12],
  ['rent', 10],
  ['allocation', 5],
  ['sublet', 2],
  ['vacant', 1],
] as const;
export type ComplaintKind = (typeof COMPLAINT_KINDS)[number][0];
const ANSWER_DAYS = 10;

export interface Complaint {
  stay: Stay;
  by: Stay;
  kind: ComplaintKind;
  made: number;
  due: number;
  /** NOT_YET where it is not. */
  answered: number;
  withdrawn: boolean;
  rating: string;
  rated: boolean;
  planted: boolean;
}

/** In the order of their numbers: what neighbours noticed first, the planted ones last. */
export function makeComplaints(world: World): (Complaint | null)[] {
  const { stays } = world.leases;
  const draw = new Draw(world.size.seed);
  // Neighbours notice: every second sublet or empty dwelling is complained of.
  const noticed = world.violations.filter(
    (v, k) => v.stay && k % 2 === 0 && (v.kind === 'sublet' || v.kind === 'vacant_while_let'),
  );
  const usual = Array.from({ length: noticed.length + Math.round(stays.length * 0.15) }, (_, i) =>
    usualComplaint(world, draw.at(KIND.complaint, i), noticed[i]),
  );
  return [...usual, ...plantedComplaints(world)];
}

function usualComplaint(
  { leases: { stays }, size: { lastDay } }: World,
  draw: Draw,
  violation: Violation | undefined,
): Complaint | null {
  const stay = violation?.stay ?? stays[draw.int(stays.length)];
  const by = stays[draw.int(stays.length)];
  if (!stay || !by) return null;
  const day = violation ? draw.between(violation.since + 10, lastDay) : lastDay - draw.int(540);
  const made = day * SECONDS_A_DAY + draw.between(8 * 3600, 22 * 3600);
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
  const due = made + ANSWER_DAYS * SECONDS_A_DAY;
  return { stay, by, kind, made, due, answered, withdrawn: false, rating, rated, planted: false };
}

/** Never answered; not answered and not due, or due today; and withdrawn before anybody answered. */
const COMPLAINTS_AGO: readonly { ago: number; withdrawn: boolean }[] = [
  { ago: 30, withdrawn: false },
  { ago: 5, withdrawn: false },
  { ago: ANSWER_DAYS, withdrawn: false },
  { ago: 40, withdrawn: true },
];

function plantedComplaints(world: World): Complaint[] {
  const each = plantedEach(world);
  const stays = oldStays(world, 331);
  return COMPLAINTS_AGO.flatMap(({ ago, withdrawn }, g) =>
    stays.slice(g * each, (g + 1) * each).map((stay, k): Complaint => {
      const made = (world.size.lastDay - ago) * SECONDS_A_DAY + 9 * 3600;
      return {
        ...{ stay, by: stays[(g * each + k + 1) % stays.length] ?? stay, kind: 'repair', made, withdrawn },
        ...{
          due: made + ANSWER_DAYS * SECONDS_A_DAY,
          answered: NOT_YET,
          rating: '',
          rated: false,
          planted: true,
        },
      };
    }),
  );
}

/** Neither done nor given up at the end of that day. */
export const isOpenRepair = ({ reported, finished, cancelled }: Repair, asOf: number): boolean =>
  dayOf(reported) <= asOf && dayOf(finished) > asOf && !cancelled;
export const isOpenComplaint = ({ made, answered, withdrawn }: Complaint, asOf: number): boolean =>
  dayOf(made) <= asOf && dayOf(answered) > asOf && !withdrawn;
export const dayOf = (seconds: number): number => Math.floor(seconds / SECONDS_A_DAY);

const REPEATED_DAYS = 180;
const REPEATED_TIMES = 5;
/** Dwellings (by index) with that many repairs in half a year. */
export function repeatedlyRepaired(repairs: readonly (Repair | null)[], asOf: number): Set<number> {
  const times = new Map<number, number>();
  for (const repair of repairs) {
    if (!repair || dayOf(repair.reported) > asOf || dayOf(repair.reported) <= asOf - REPEATED_DAYS) continue;
    const { index } = repair.stay.dwelling;
    times.set(index, (times.get(index) ?? 0) + 1);
  }
  return new Set([...times].flatMap(([index, n]) => (n >= REPEATED_TIMES ? [index] : [])));
}
