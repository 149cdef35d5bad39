/**
 * Breaches reported of tenants (违约上报, 002:2907) from a stream of its own: reports somebody has to decide, those that only look so — withdrawn, found
 * wrong, settled long ago, about a tenancy that was over — and the older ones every register holds.
 */
import { NEVER } from '../calendar.ts';
import { Draw, KIND, shuffled } from '../random.ts';
import type { World } from './index.ts';
import { type Contract, effectiveEnd, type Stay } from './leases.ts';
import { pad } from './numbers.ts';

const BREACH_KINDS = [
  ['arrears', 24],
  ['sublet', 20],
  ['idle', 18],
  ['misuse', 9],
  ['damage', 9],
  ['facility_damage', 8],
  ['illegal_building', 6],
  ['illegal_activity', 2],
  ['other', 4],
] as const;
export type BreachKind = (typeof BREACH_KINDS)[number][0];
const REPORTERS = [
  ['street', 5],
  ['property', 4],
  ['enterprise', 3],
  ['centre', 1],
] as const;
export type BreachReporter = (typeof REPORTERS)[number][0];
type BreachEnd = 'reported' | 'handling' | 'handled' | 'unfounded' | 'withdrawn';

export interface BreachReport {
  index: number;
  contract: Contract;
  /** The reporter knew the dwelling and not the contract. */
  namesDwellingOnly: boolean;
  kind: BreachKind;
  reporter: BreachReporter;
  occurredOn: number;
  reportedOn: number;
  /** What it came to, from that day on; NEVER while it is open. */
  end: BreachEnd;
  endedOn: number;
  /** Its row arrives readable: a rule has to find it, or must not. */
  isWatched: boolean;
}

/** Contracts that tell whether a report is about a tenancy: they have to arrive, with their days. */
export const contractsThatTell = (world: World): Set<Contract> =>
  new Set(
    makeBreaches(world)
      .filter((one) => one.isWatched && (one.namesDwellingOnly || one.contract.stay.movedOut !== NEVER))
      .map(({ contract }) => contract),
  );

export const breachNo = ({ index }: BreachReport): string => `WY${pad(index + 1, 8)}`;

interface Group {
  /** Days before the last on which it was reported. */
  ago: number;
  end: BreachEnd;
  /** Days before the last on which it was settled. */
  endedAgo?: number;
  namesDwellingOnly?: boolean;
}
/** Of those who live there. The last three are for nobody to find. */
const OF_TENANTS: readonly Group[] = [
  { ago: 5, end: 'reported' },
  { ago: 200, end: 'handling' },
  { ago: 60, end: 'handled', endedAgo: 40 },
  { ago: 9, end: 'reported', namesDwellingOnly: true },
  { ago: 12, end: 'withdrawn', endedAgo: 8 },
  { ago: 25, end: 'unfounded', endedAgo: 6 },
  { ago: 300, end: 'handled', endedAgo: 280 },
];
const SHARE = 0.003;
const USUAL_SHARE = 0.02;
/** So long had they lived there on the day of the breach, at least. */
const SETTLED = 30;
/** Reported after they had left, of what they did before; and of what happened after. */
const LEFT_WITHIN = 100;
const LEFT_AGO = 20;

/** The planted ones first, in the order of their numbers. */
export function makeBreaches(world: World): BreachReport[] {
  const { size, leases } = world;
  const draw = new Draw(size.seed);
  const made: BreachReport[] = [];
  const add = (
    stay: Stay,
    occurredOn: number,
    more: Omit<BreachReport, 'index' | 'contract' | 'kind' | 'reporter' | 'occurredOn'>,
  ) => {
    const contract = stay.contracts.findLast(({ startsOn }) => startsOn <= occurredOn);
    if (!contract) return;
    draw.at(KIND.breach, made.length);
    const kind = draw.weighted(BREACH_KINDS);
    const reporter = draw.weighted(REPORTERS);
    made.push({ ...more, index: made.length, contract, kind, reporter, occurredOn });
  };
  const each = Math.max(1, Math.round(leases.stays.length * SHARE));
  const binds = (stay: Stay, on: number): boolean =>
    stay.movedIn + SETTLED < on &&
    stay.contracts.some((one) => one.startsOn <= on && on <= effectiveEnd(one));
  const tenants = stays(world, 340, (stay) => stay.movedOut === NEVER);
  const used = new Set<Stay>();
  for (const { ago, end, endedAgo = null, namesDwellingOnly = false } of OF_TENANTS) {
    const reportedOn = size.lastDay - ago;
    const some = tenants.filter((stay) => !used.has(stay) && binds(stay, reportedOn - 2)).slice(0, each);
    for (const stay of some) {
      used.add(stay);
      const endedOn = endedAgo === null ? NEVER : size.lastDay - endedAgo;
      add(stay, reportedOn - 2, { namesDwellingOnly, reportedOn, end, endedOn, isWatched: true });
    }
  }
  const left = stays(
    world,
    341,
    ({ movedOut, movedIn }) =>
      movedOut <= size.lastDay - LEFT_AGO &&
      movedOut > size.lastDay - LEFT_WITHIN &&
      movedIn + SETTLED < movedOut - 10,
  );
  for (const [k, stay] of left.slice(0, 2 * each).entries()) {
    // Every second one is of a day on which nobody was the tenant any more.
    const occurredOn = k % 2 === 0 ? stay.movedOut - 5 : stay.movedOut + 5;
    const open = { end: 'reported', endedOn: NEVER, namesDwellingOnly: false, isWatched: true } as const;
    add(stay, occurredOn, { ...open, reportedOn: stay.movedOut + 10 });
  }
  const usual = stays(world, 342, (stay) => !used.has(stay)).slice(
    0,
    Math.round(leases.stays.length * USUAL_SHARE),
  );
  for (const [k, stay] of usual.entries()) {
    const occurredOn = Math.min(stay.movedOut - 1, size.lastDay - 250 - (k % 300));
    if (stay.movedIn + SETTLED > occurredOn || !binds(stay, occurredOn)) continue;
    const reportedOn = occurredOn + (k % 6);
    const end = k % 9 === 0 ? 'unfounded' : 'handled';
    add(stay, occurredOn, {
      namesDwellingOnly: k % 7 === 0,
      reportedOn,
      end,
      endedOn: reportedOn + 5 + (k % 20),
      isWatched: end === 'unfounded',
    });
  }
  return made;
}

function stays({ size, leases }: World, salt: number, fits: (stay: Stay) => boolean): Stay[] {
  const some = leases.stays.filter((stay) => stay.contracts.length > 0 && fits(stay));
  return [...shuffled(size.seed, salt, some.length)].flatMap((i) => some[i] ?? []);
}

const SUPERVISED_DAYS = 180;
/** Somebody has to decide it on that day. */
export function isToDecide(
  { contract, occurredOn, reportedOn, end, endedOn }: BreachReport,
  asOf: number,
): boolean {
  if (reportedOn > asOf || occurredOn > effectiveEnd(contract)) return false;
  if (endedOn > asOf) return true;
  return end === 'handled' && reportedOn >= asOf - SUPERVISED_DAYS;
}
