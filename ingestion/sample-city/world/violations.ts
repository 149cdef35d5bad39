/** The violations planted in the city: who, what, since when. Everything a detector should find, and what it leaves traces in. */
import { NEVER } from '../calendar.ts';
import type { CitySize } from '../options.ts';
import { Draw, KIND, shuffled } from '../random.ts';
import type { Household } from './households.ts';
import type { Leases, Stay } from './leases.ts';
import type { People } from './people.ts';
import { listedTwice, plantSubsidies } from './plant-apart.ts';
import { plantStay } from './plant-stay.ts';
import { PLANTED_KINDS, type PlantedKind, RATES, type Violation } from './violation-kinds.ts';

/** Planted by functions of their own. */
const APART: ReadonlySet<PlantedKind> = new Set([
  'subsidy_overpaid',
  'benefit_twice',
  'subsidy_after_exit',
  'subsidy_payment_late',
]);
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
    if (APART.has(kind)) return;
    const wanted = Math.max(1, Math.round(lets.length * RATES[kind]));
    let planted = 0;
    for (const i of shuffled(size.seed, 100 + k, lets.length)) {
      const stay = lets[i];
      if (planted === wanted) break;
      if (!stay || taken.has(stay)) continue;
      draw.at(KIND.plant, k * 10_000_000 + i);
      const violation = plantStay(draw, {
        kind,
        stay,
        count: planted,
        lastDay: size.lastDay,
        people,
        leases,
        stranger,
      });
      if (!violation) continue;
      taken.add(stay);
      found.push(violation);
      planted++;
    }
  });
  found.push(...listedTwice(size, lets, taken, people));
  found.push(...plantSubsidies(size, subsidised));
  return found;
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
