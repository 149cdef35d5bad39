/** Households and the way their applications went. */
import { day, NEVER } from '../calendar.ts';
import type { CitySize } from '../options.ts';
import { Draw, KIND } from '../random.ts';
import type { Community } from './divisions.ts';
import type { Family, FamilyMaker, Means } from './families.ts';
import { pad } from './numbers.ts';
import type { People } from './people.ts';

/** How an application ended, or where it is. */
export type Fate = 'housed' | 'subsidised' | 'former' | 'waiting' | 'in_review' | 'rejected' | 'withdrawn';

export interface Household extends Family {
  index: number;
  programme: 'prh' | 'arh';
  directed: boolean;
  fate: Fate;
  means: Means;
  /** Code of `applicant_group`. */
  group: string;
  community: Community;
  appliedOn: number;
  preReviewedOn: number;
  reReviewedOn: number;
  decidedOn: number;
  /** Gave it up on that day, after it was granted; undefined while it is not planted. */
  leftOn?: number;
  /** Hundredths of a square metre a head, where they lived when they applied. */
  areaPerHead: number;
  /** Whole yuan a year, as declared. */
  income: number;
}

export const applicationNo = (household: Household): string =>
  `SQ${new Date(household.appliedOn * 86_400_000).getUTCFullYear()}${pad(household.index + 1, 8)}`;
export const applicantOf = (household: Household): number => household.members[0]?.person ?? 0;

export const othersOf = ({ members }: Household, person: number): number[] =>
  members.flatMap((member) => (member.person === person ? [] : [member.person]));

/** What is fixed before the family is drawn. `decidedBy` leaves time to move in. */
export interface HouseholdPlan {
  programme: 'prh' | 'arh';
  directed: boolean;
  fate: Fate;
  /** The decision falls on this day; drawn when undefined. */
  decidedOn?: number;
}

const FIRST_APPLICATIONS = day('2022-11-01');

export class HouseholdMaker {
  readonly all: Household[] = [];
  private readonly draw: Draw;

  constructor(
    private readonly size: CitySize,
    private readonly people: People,
    private readonly families: FamilyMaker,
    private readonly communities: Community[],
  ) {
    this.draw = new Draw(size.seed);
  }

  make(plan: HouseholdPlan): Household {
    const { people } = this;
    const index = this.all.length;
    const draw = this.draw.at(KIND.application, index);
    const means: Means =
      plan.programme === 'arh'
        ? 'newcomer'
        : draw.weighted([
            ['minimum_living', 14],
            ['special_poverty', 3],
            ['low_income', 33],
            ['middle_low_income', 50],
          ] as const);
    const local =
      plan.programme === 'arh'
        ? draw.chance(0.4)
        : plan.directed || means !== 'middle_low_income' || draw.chance(0.7);
    const family = this.families.make(index, means, local);
    const applicant = family.members[0]?.person ?? 0;
    const home = people.homeDistrict(applicant);
    const communities =
      home >= 0 && draw.chance(0.8) ? this.communities.filter((c) => c.district === home) : this.communities;
    const wages = family.members.reduce((sum, m) => sum + people.wage(m.person), 0);
    const household: Household = {
      ...family,
      ...plan,
      ...this.dates(draw, plan),
      index,
      means,
      group: this.groupOf(draw, means, applicant, family),
      community: draw.pick(communities),
      areaPerHead: draw.between(0, 14) * 100 + draw.int(100),
      income: wages * 12 + (wages === 0 ? draw.between(6, 18) * 1000 : 0),
    };
    this.all.push(household);
    return household;
  }

  private groupOf(draw: Draw, means: Means, applicant: number, family: Family): string {
    if (means !== 'newcomer' && means !== 'middle_low_income') return means;
    if (means === 'newcomer')
      return this.people.age(applicant, this.size.lastDay) < 36 && draw.chance(0.5)
        ? 'young_talent'
        : this.people.isLocal(applicant)
          ? 'new_worker'
          : 'migrant_worker';
    if (family.marital === '40' && family.members.length > 1 && draw.chance(0.3)) return 'single_parent';
    return draw.weighted([
      ['middle_low_income', 85],
      ['disabled', 5],
      ['veteran', 3],
      ['elderly', 4],
      ['relocated', 3],
    ]);
  }

  /** Received, reviewed twice, decided: 30 to 80 days; what has not happened yet is NEVER. */
  private dates(
    draw: Draw,
    plan: HouseholdPlan,
  ): Pick<Household, 'appliedOn' | 'preReviewedOn' | 'reReviewedOn' | 'decidedOn'> {
    const pre = draw.between(5, 18);
    const re = pre + draw.between(8, 22);
    const decision = re + draw.between(10, 40);
    const { lastDay } = this.size;
    if (plan.fate === 'in_review') {
      const appliedOn = lastDay - draw.int(decision);
      return {
        appliedOn,
        preReviewedOn: appliedOn + pre,
        reReviewedOn: appliedOn + re,
        decidedOn: appliedOn + decision,
      };
    }
    const latest = lastDay - (plan.fate === 'waiting' ? 5 : 40);
    const decidedOn = plan.decidedOn ?? draw.between(FIRST_APPLICATIONS + 90, latest);
    const appliedOn = decidedOn - decision;
    if (plan.fate !== 'withdrawn')
      return { appliedOn, preReviewedOn: appliedOn + pre, reReviewedOn: appliedOn + re, decidedOn };
    return { appliedOn, preReviewedOn: appliedOn + pre, reReviewedOn: NEVER, decidedOn };
  }
}
