/** Violations that concern two households, or households that draw a subsidy instead of living in kind. */
import { firstDayOf, monthOf } from '../calendar.ts';
import type { CitySize } from '../options.ts';
import { shuffled } from '../random.ts';
import type { Member } from './families.ts';
import { applicantOf, type Household } from './households.ts';
import type { Stay } from './leases.ts';
import { NO_JOB, type People } from './people.ts';
import { type PlantedKind, RATES, type Violation } from './violation-kinds.ts';

const LIVED_THERE_DAYS = 120;
/** Days on subsidy before anything goes wrong with it. */
const DRAWN_DAYS = 150;

type SubsidyKind = Extract<PlantedKind, 'subsidy_overpaid' | 'subsidy_after_exit' | 'subsidy_payment_late'>;
const TRACES: Record<SubsidyKind, readonly string[]> = {
  subsidy_overpaid: ['subsidy_paid'],
  // Paid on with nothing due any more; or due and paid on though the household gave it up.
  subsidy_after_exit: ['nothing_due', 'left'],
  subsidy_payment_late: ['unpaid', 'in_part', 'refunded'],
};

/** Paid too much for two months, paid on after leaving, or not paid what is due: from a month on. */
export function plantSubsidies(size: CitySize, subsidised: Household[]): Violation[] {
  const old = subsidised.filter((h) => h.decidedOn < size.lastDay - DRAWN_DAYS);
  const taken = new Set<Household>();
  const month = monthOf(size.lastDay);
  const some = (kind: SubsidyKind, salt: number, since: number): Violation[] => {
    const wanted = Math.max(1, Math.round(subsidised.length * RATES[kind]));
    const chosen = [...shuffled(size.seed, salt, old.length)]
      .flatMap((i) => old[i] ?? [])
      .filter((household) => !taken.has(household))
      .slice(0, wanted);
    return chosen.map((household, k) => {
      taken.add(household);
      const trace = TRACES[kind][k % TRACES[kind].length] ?? '';
      if (trace === 'left') household.leftOn = since - 10;
      return { kind, since, household, stay: null, person: applicantOf(household), trace };
    });
  };
  return [
    ...some('subsidy_overpaid', 200, firstDayOf(month - 2)),
    ...some('subsidy_after_exit', 202, firstDayOf(month - 3)),
    ...some('subsidy_payment_late', 203, firstDayOf(month - 2)),
  ];
}

/** A child without work, so that nothing but the list of members names it. */
export const childOf = (people: People, { members }: Household): Member | undefined =>
  members.find(({ kin, person }) => (kin === '20' || kin === '30') && people.employer(person) === NO_JOB);

/** Children on the lists of two families that are both housed: theirs, and another one. Both households are to be found. */
export function listedTwice(size: CitySize, lets: Stay[], taken: Set<Stay>, people: People): Violation[] {
  const kind = 'benefit_twice';
  const free = [...shuffled(size.seed, 201, lets.length)].flatMap((i) => {
    const stay = lets[i];
    if (!stay || taken.has(stay) || stay.household.programme !== 'prh') return [];
    return stay.movedIn < size.lastDay - LIVED_THERE_DAYS ? [stay] : [];
  });
  const families = free.filter(({ household }) => childOf(people, household));
  const others = free.filter(({ household }) => !childOf(people, household));
  const wanted = Math.max(1, Math.round(lets.length * RATES[kind]));
  return families.slice(0, Math.min(wanted, others.length)).flatMap((family, k) => {
    const [other, child] = [others[k], childOf(people, family.household)];
    if (!other || !child) return [];
    const common = { kind, since: Math.max(family.movedIn, other.movedIn), person: child.person } as const;
    for (const stay of [family, other]) taken.add(stay);
    return [
      { ...common, household: family.household, stay: family, trace: 'household_member' },
      { ...common, household: other.household, stay: other, trace: 'household_member', alsoMember: child },
    ];
  });
}
