/** Innocents that look like a violation: each differs from a planted one by what the rule has to see. Finding one is a false alarm. */
import { firstDayOf, monthOf, NEVER } from '../calendar.ts';
import type { CitySize } from '../options.ts';
import { shuffled } from '../random.ts';
import type { Member } from './families.ts';
import type { Household } from './households.ts';
import { type Contract, isExpiring, type Leases, renewalOf, type Stay } from './leases.ts';
import type { People } from './people.ts';
import { childOf } from './plant-apart.ts';
import { runningOn, scaled } from './plant-stay.ts';
import type { Violation } from './violation-kinds.ts';

const OF_STAYS = [
  /** Somebody of no household was registered there, and left. */
  'visitor_left',
  /** A member of the household was never registered there. */
  'member_elsewhere',
  /** Bills differ from the contract's rent by jiao. */
  'rounded_bill',
  /** Rent below the standard. */
  'reduced_rent',
  /** A renewal that is dearer by a twentieth. */
  'small_increase',
  /** The contract before this one had no clause of breach. */
  'old_template',
  /** The contract's telephone changed, and its way of payment was filled in. */
  'filled_in',
  /** A child on the list of an application that was refused. */
  'listed_in_refused',
  /** The contract ends within the month; the next one is signed. */
  'renewed_ahead',
] as const;
const OF_SUBSIDISED = [
  /** Gave it up; the last payment, for the month before, came afterwards. */
  'paid_up_after_leaving',
  /** Two payments make up what is due. */
  'in_two',
  /** Paid, three weeks late. */
  'paid_late',
  /** Came back from the bank and was paid again. */
  'paid_again',
] as const;
export type NearMissKind = (typeof OF_STAYS)[number] | (typeof OF_SUBSIDISED)[number];
const STAYS_SHARE = 0.004;
const SUBSIDISED_SHARE = 0.015;
const LIVED_THERE_DAYS = 200;
const DRAWN_DAYS = 150;
const VISITORS_FROM = 2_000;

export interface NearMiss {
  kind: NearMissKind;
  /** Day number. */
  since: number;
  household: Household;
  stay: Stay | null;
  occupant?: number;
  alsoMember?: Member;
}

export interface NearMissesOf {
  size: CitySize;
  leases: Leases;
  households: readonly Household[];
  subsidised: readonly Household[];
  violations: readonly Violation[];
  people: People;
  stranger: (k: number) => number;
}

/** Among households in which nothing is planted; changes their contracts as the kinds say. */
export function makeNearMisses(of: NearMissesOf): NearMiss[] {
  const { size, leases } = of;
  const taken = new Set<Household>(of.violations.map(({ household }) => household));
  const made: NearMiss[] = [];
  const lets = leases.stays.filter(
    (stay) => stay.movedOut === NEVER && stay.movedIn < size.lastDay - LIVED_THERE_DAYS,
  );
  OF_STAYS.forEach((kind, k) => {
    let left = Math.max(1, Math.round(lets.length * STAYS_SHARE));
    for (const i of shuffled(size.seed, 300 + k, lets.length)) {
      const stay = lets[i];
      if (left === 0) break;
      if (!stay || taken.has(stay.household)) continue;
      const one = nearMiss(of, kind, stay, made.length);
      if (!one) continue;
      taken.add(stay.household).add(one.household);
      made.push(one);
      left--;
    }
  });
  const drawers = of.subsidised.filter((h) => !taken.has(h) && h.decidedOn < size.lastDay - DRAWN_DAYS);
  const order = [...shuffled(size.seed, 320, drawers.length)];
  const each = Math.max(1, Math.round(of.subsidised.length * SUBSIDISED_SHARE));
  const since = firstDayOf(monthOf(size.lastDay) - 3);
  OF_SUBSIDISED.forEach((kind, k) => {
    for (const i of order.slice(k * each, (k + 1) * each)) {
      const household = drawers[i];
      if (!household) continue;
      if (kind === 'paid_up_after_leaving') household.leftOn = since + 20;
      made.push({ kind, since, household, stay: null });
    }
  });
  return made;
}

function nearMiss(of: NearMissesOf, kind: NearMissKind, stay: Stay, count: number): NearMiss | null {
  const { size, leases, people } = of;
  const { household, dwelling } = stay;
  const running = runningOn(stay, size.lastDay);
  if (!running) return null;
  const one: NearMiss = { kind, since: size.lastDay - 150, household, stay };
  switch (kind) {
    case 'visitor_left':
      return { ...one, occupant: of.stranger(VISITORS_FROM + count) };
    case 'member_elsewhere':
      return household.members.length > 2 ? one : null;
    case 'reduced_rent':
      if (leases.byDwelling[dwelling.index]?.length !== 1) return null;
      for (const contract of stay.contracts) contract.rent = scaled(dwelling.rent, 0.75);
      return one;
    case 'small_increase':
      if (stay.contracts.length < 2) return null;
      for (const earlier of stay.contracts.slice(0, -1)) earlier.rent = scaled(dwelling.rent, 0.95);
      return one;
    case 'old_template': {
      const earlier = stay.contracts.at(-2);
      if (!earlier || stay.contracts.at(-1) !== running) return null;
      earlier.breachClause = '';
      return one;
    }
    case 'filled_in':
      if (running.signedOn > size.lastDay - 60) return null;
      running.before = { until: size.lastDay - 3, payMethod: null, otherPhone: true };
      return one;
    case 'listed_in_refused': {
      const child = childOf(people, household);
      const refused = of.households.filter(({ fate }) => fate === 'rejected')[count];
      return child && refused ? { ...one, household: refused, stay: null, alsoMember: child } : null;
    }
    case 'renewed_ahead':
      return renewAhead(leases, running, size.lastDay, count) ? one : null;
    default:
      return one;
  }
}

/** Weeks before a contract ends that its renewal is signed early, at most. */
const SIGNED_WITHIN = 14;

/** Signs the next contract of a tenant whose contract ends soon; false where it does not, or where the next one is signed anyway. */
function renewAhead({ contracts }: Leases, running: Contract, lastDay: number, count: number): boolean {
  const { stay } = running;
  if (!isExpiring(running, lastDay) || stay.contracts.at(-1) !== running) return false;
  const renewal = renewalOf(running, contracts.length, lastDay - (count % SIGNED_WITHIN));
  stay.contracts.push(renewal);
  contracts.push(renewal);
  return true;
}
