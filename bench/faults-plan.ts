/** Which fault falls on which day of which home. */
import type { Delivery } from './faults-home.ts';
import type { Kind } from './faults-kinds.ts';
import { isRepairDay } from './faults-repairs.ts';

/** Faults one home goes through, one a day. */
export const PER_HOME = 20;
/** Takes the place of what cannot be done here. */
export const INSTEAD = 'kill -9 at a random moment';

export interface Planned {
  kind: string;
  /** How many of its kind came before it. */
  index: number;
}

export interface PlannedHome {
  number: number;
  /** Is its operational store a server? */
  isServer: boolean;
  faults: Planned[];
}

interface Slot {
  home: PlannedHome;
  day: number;
}

/** The delivery of the same data set before, where it may be withdrawn: nothing was repaired in it, and its kind lands again in order. */
export function earlierOf(deliveries: readonly Delivery[], day: number): Delivery | null {
  const dataset = deliveries[day]?.dataset;
  const before = deliveries.findLastIndex((one, at) => at < day && one.dataset === dataset);
  if (before < 0 || dataset === 'lease_fact' || isRepairDay(before)) return null;
  return deliveries[before] ?? null;
}

/** Kinds by their share over all days but those of repairs; what only some days can bear comes first. */
export function planOf(
  faults: number,
  kinds: Record<string, Kind>,
  can: { server: boolean; prlimit: boolean },
  deliveries: readonly Delivery[],
  draw: () => number,
): PlannedHome[] {
  const homes = Array.from({ length: Math.ceil(faults / PER_HOME) }, (_, number): PlannedHome => {
    const days = Math.min(PER_HOME, faults - number * PER_HOME);
    const isServer = can.server && number % 3 === 1;
    return { number, isServer, faults: Array.from({ length: days }, () => ({ kind: '', index: 0 })) };
  });
  const slots = homes.flatMap((home) => home.faults.map((_, day): Slot => ({ home, day })));
  const open = shuffled(
    slots.filter(({ day }) => !isRepairDay(day)),
    draw,
  );
  const fits = (name: string, { home, day }: Slot): boolean => {
    const needs = kinds[name]?.needs;
    if (needs === 'server') return home.isServer;
    if (needs === 'earlier') return earlierOf(deliveries, day) !== null;
    if (needs === 'prlimit') return can.prlimit;
    return name !== 'disk full: operational' || !home.isServer;
  };
  const all = Object.entries(kinds).filter(([, { share }]) => share > 0);
  const shares = all.reduce((sum, [, { share }]) => sum + share, 0);
  const total = open.length;
  const demanding = all.filter(([name]) => slots.some((slot) => !fits(name, slot)));
  for (const [name, { share }] of [...demanding, ...all.filter((one) => !demanding.includes(one))]) {
    for (let left = Math.max(1, Math.round((share / shares) * total)); left > 0; left -= 1) {
      const at = open.findIndex((slot) => fits(name, slot));
      const [slot] = at < 0 ? [] : open.splice(at, 1);
      if (slot) slot.home.faults[slot.day] = { kind: name, index: 0 };
    }
  }
  const [first = INSTEAD] = Object.keys(kinds);
  const repair = Object.keys(kinds).find((name) => kinds[name]?.needs === 'repair') ?? first;
  for (const { home, day } of open) home.faults[day] = { kind: first, index: 0 };
  const seen = new Map<string, number>();
  for (const { home, day } of slots) {
    const fault = home.faults[day];
    if (!fault) continue;
    if (isRepairDay(day)) fault.kind = repair;
    fault.index = seen.get(fault.kind) ?? 0;
    seen.set(fault.kind, fault.index + 1);
  }
  return homes;
}

function shuffled<T>(list: T[], draw: () => number): T[] {
  return list
    .map((each) => ({ each, at: draw() }))
    .sort((one, other) => one.at - other.at)
    .map(({ each }) => each);
}
