/** The violations planted in the city: who, what, since when. Everything a detector should find, and what it leaves traces in. */
import { dayText, firstDayOf, monthOf, NEVER } from '../calendar.ts';
import type { CitySize } from '../options.ts';
import { Draw, KIND, shuffled } from '../random.ts';
import { applicantOf, type Household } from './households.ts';
import { contractNo, effectiveEnd, type Leases, type Stay } from './leases.ts';
import type { People } from './people.ts';

export const PLANTED_KINDS = [
  'vacant_while_let',
  'sublet',
  'second_home',
  'double_benefit',
  'income_over_line',
  'arrears',
  'contract_mismatch',
  'let_without_contract',
  'deceased',
  'register_moved_away',
  'subsidy_overpaid',
] as const;
export type PlantedKind = (typeof PLANTED_KINDS)[number];
/** `overlong_vacancy` is not planted: it follows from the leases and is listed with the others. */
export type ViolationKind = PlantedKind | 'overlong_vacancy';

export interface Violation {
  kind: PlantedKind;
  /** Day number. */
  since: number;
  household: Household;
  /** The stay concerned; none for households on subsidy. */
  stay: Stay | null;
  person: number;
  /** What left the trace, e.g. `ownership`, `net_signed_contract`, `other_benefit`, `subsidy`. */
  trace: string;
}

/** Share of the lets (of the households on subsidy for `subsidy_overpaid`) in which each is planted. */
const RATES: Record<PlantedKind, number> = {
  vacant_while_let: 0.015,
  sublet: 0.012,
  second_home: 0.012,
  double_benefit: 0.012,
  income_over_line: 0.012,
  arrears: 0.025,
  contract_mismatch: 0.01,
  let_without_contract: 0.01,
  deceased: 0.006,
  register_moved_away: 0.006,
  subsidy_overpaid: 0.03,
};
const ONLY_IN_NEED: ReadonlySet<PlantedKind> = new Set([
  'second_home',
  'double_benefit',
  'income_over_line',
  'deceased',
  'register_moved_away',
]);
const TRACES: Partial<Record<PlantedKind, readonly string[]>> = {
  second_home: ['ownership', 'net_signed_contract'],
  double_benefit: ['other_benefit', 'direct_managed_housing', 'subsidy'],
};
/** Days the tenants have lived there when it begins. */
const SETTLED = 60;

export function plantViolations(
  size: CitySize,
  leases: Leases,
  subsidised: Household[],
  people: People,
  stranger: (k: number) => number,
): Violation[] {
  const draw = new Draw(size.seed);
  const lets = leases.stays.filter((stay) => stay.movedOut === NEVER);
  const found: Violation[] = [];
  const taken = new Set<Stay>();
  PLANTED_KINDS.forEach((kind, k) => {
    if (kind === 'subsidy_overpaid') return;
    const wanted = Math.max(1, Math.round(lets.length * RATES[kind]));
    let planted = 0;
    for (const i of shuffled(size.seed, 100 + k, lets.length)) {
      const stay = lets[i];
      if (planted === wanted) break;
      if (!stay || taken.has(stay)) continue;
      draw.at(KIND.plant, k * 10_000_000 + i);
      const violation = plant(draw, kind, stay, planted, size.lastDay, people, stranger);
      if (!violation) continue;
      taken.add(stay);
      found.push(violation);
      planted++;
    }
  });
  const overpaid = Math.max(1, Math.round(subsidised.length * RATES.subsidy_overpaid));
  const old = subsidised.filter((h) => h.decidedOn < size.lastDay - 150);
  for (const i of shuffled(size.seed, 200, old.length).subarray(0, overpaid)) {
    const household = old[i];
    if (household)
      found.push({
        kind: 'subsidy_overpaid',
        since: firstDayOf(monthOf(size.lastDay) - 2),
        household,
        stay: null,
        person: applicantOf(household),
        trace: 'subsidy_paid',
      });
  }
  return found;
}

/** Null where the stay is too young, of the wrong programme, or has nobody it could happen to. */
function plant(
  draw: Draw,
  kind: PlantedKind,
  stay: Stay,
  count: number,
  lastDay: number,
  people: People,
  stranger: (k: number) => number,
): Violation | null {
  const { household } = stay;
  if (ONLY_IN_NEED.has(kind) && household.programme !== 'prh') return null;
  const applicant = applicantOf(household);
  const since = lastDay - draw.between(95, 240);
  const traces = TRACES[kind] ?? [kind];
  const violation: Violation = {
    kind,
    since,
    household,
    stay,
    person: applicant,
    trace: traces[count % traces.length] ?? kind,
  };
  const settled = stay.movedIn + SETTLED < since;
  switch (kind) {
    case 'contract_mismatch': {
      const last = stay.contracts[0];
      if (!last || stay.contracts.length > 1 || last.startsOn > lastDay - 30) return null;
      last.tenant = stranger(count);
      return { ...violation, since: last.signedOn, trace: 'contract' };
    }
    case 'let_without_contract':
      return withoutContract(stay, lastDay, violation);
    case 'arrears':
      return stay.movedIn < lastDay - 240
        ? { ...violation, since: firstDayOf(monthOf(lastDay) - draw.between(4, 6)), trace: 'rent_paid' }
        : null;
    case 'deceased':
      return settled && household.members.length > 1 && people.isLocal(applicant)
        ? { ...violation, trace: 'migration' }
        : null;
    case 'register_moved_away':
      return settled && people.isLocal(applicant) ? { ...violation, trace: 'migration' } : null;
    case 'income_over_line':
      return settled && people.wage(applicant) > 0 && household.members.length <= 3
        ? { ...violation, since: firstDayOf(monthOf(since)), trace: 'insurance_base' }
        : null;
    case 'double_benefit':
      return settled && !(violation.trace === 'subsidy' && stay.movedIn > lastDay - 420) ? violation : null;
    default:
      return settled ? violation : null;
  }
}

/** The last renewal never happened, and they live there still. */
function withoutContract(stay: Stay, lastDay: number, violation: Violation): Violation | null {
  const kept = stay.contracts.filter((c) => effectiveEnd(c) < lastDay - 60);
  const last = kept.at(-1);
  if (!last || kept.length === stay.contracts.length || last.endsOn < lastDay - 320) return null;
  stay.contracts.splice(kept.length);
  return { ...violation, since: last.endsOn + 1, trace: contractNo(last) };
}

/** What the planted violations change in the world's facts. */
export interface Consequences {
  violations: Violation[];
  byHousehold: Map<number, Violation>;
  byDwelling: Map<number, Violation>;
  /** Person → monthly wage in yuan from that day on. */
  raises: Map<number, { since: number; wage: number }>;
  deaths: Map<number, number>;
  departures: Map<number, number>;
}

export function consequencesOf(violations: Violation[]): Consequences {
  const of: Consequences = {
    violations,
    byHousehold: new Map(),
    byDwelling: new Map(),
    raises: new Map(),
    deaths: new Map(),
    departures: new Map(),
  };
  for (const v of violations) {
    of.byHousehold.set(v.household.index, v);
    if (v.stay) of.byDwelling.set(v.stay.dwelling.index, v);
    // Three members at most share it: at least 100,000 yuan a head and year.
    if (v.kind === 'income_over_line') of.raises.set(v.person, { since: v.since, wage: 25_000 });
    if (v.kind === 'deceased') of.deaths.set(v.person, v.since);
    if (v.kind === 'register_moved_away') of.departures.set(v.person, v.since);
  }
  return of;
}

export const sinceText = (violation: Violation): string => dayText(violation.since);
