/** Employers that moved to another city, and whom that leaves behind. */
import type { CitySize } from '../options.ts';
import { shuffled } from '../random.ts';
import type { Enterprises } from './enterprises.ts';
import type { Household } from './households.ts';
import type { People } from './people.ts';

export interface EmployersGone {
  /** Indexes of the enterprises. */
  employers: Set<number>;
  /** Households (by index) one of whose members such an employer has or had. */
  households: Set<number>;
}

/** One in a hundred, of those for whom members of any household work. */
const SHARE = 0.01;

export function employersGone(
  size: CitySize,
  people: People,
  { all, firstPublic }: Enterprises,
  households: readonly Household[],
): EmployersGone {
  const employed = new Map<number, Set<number>>();
  for (const { members, index, programme } of households)
    for (const { person } of members) {
      const employer = people.employer(person);
      if (
        programme !== 'prh' ||
        employer < 0 ||
        employer >= firstPublic ||
        all[employer]?.kind !== 'employer'
      )
        continue;
      employed.set(employer, (employed.get(employer) ?? new Set()).add(index));
    }
  const candidates = [...employed.keys()].sort((a, b) => a - b);
  const wanted = Math.max(1, Math.round(firstPublic * SHARE));
  const employers = new Set(
    [...shuffled(size.seed, 340, candidates.length).subarray(0, wanted)].flatMap((i) => candidates[i] ?? []),
  );
  return {
    employers,
    households: new Set([...employers].flatMap((employer) => [...(employed.get(employer) ?? [])])),
  };
}
