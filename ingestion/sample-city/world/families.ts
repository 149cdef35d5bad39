/** Who lives together: kinship, ages, surnames, marriages and jobs that fit each other. */
import { day, NEVER } from '../calendar.ts';
import type { CitySize } from '../options.ts';
import { Draw, KIND } from '../random.ts';
import type { Enterprises } from './enterprises.ts';
import { siblingName } from './names.ts';
import { ALL_PLACES, LOCAL_PLACES, type NewPerson, type People } from './people.ts';

export interface Member {
  person: number;
  /** Code of `kinship`, seen from the applicant. */
  kin: '01' | '10' | '20' | '30' | '51' | '52';
}

export interface Marriage {
  husband: number;
  wife: number;
  marriedOn: number;
  divorcedOn: number;
}

export interface Family {
  members: Member[];
  /** Code of `marital_status` of the applicant. */
  marital: '10' | '20' | '30' | '40';
  /** The applicant's, and their parents' when these live along. */
  marriages: Marriage[];
}

export type Means = 'minimum_living' | 'special_poverty' | 'low_income' | 'middle_low_income' | 'newcomer';

const DAYS_A_YEAR = 365.2425;
/** Years; who is married is older than who may be. */
const YOUNGEST_SPOUSE = 25;
/** Of second children: many, so that a small city has some. */
const TWINS = 0.15;
const FIRST_MARRIAGES = day('1975-01-01');

/** A family in the agencies' files. Its size averages 2.6 and newcomers are younger and more often alone. */
export class FamilyMaker {
  private readonly draw: Draw;
  /** Its own, so that twins change nobody but the twin. */
  private readonly twinDraw: Draw;

  constructor(
    private readonly size: CitySize,
    private readonly people: People,
    private readonly enterprises: Enterprises,
  ) {
    this.draw = new Draw(size.seed);
    this.twinDraw = new Draw(size.seed);
  }

  make(household: number, means: Means, local: boolean): Family {
    const { people } = this;
    const draw = this.draw.at(KIND.household, household);
    const newcomer = means === 'newcomer';
    const shape = draw.weighted(
      newcomer
        ? ([
            ['single', 48],
            ['couple', 27],
            ['nuclear', 22],
            ['lone_parent', 3],
          ] as const)
        : means === 'special_poverty'
          ? ([['single', 100]] as const)
          : ([
              ['single', 18],
              ['couple', 17],
              ['nuclear', 40],
              ['lone_parent', 11],
              ['three_generations', 14],
            ] as const),
    );
    const paired = shape === 'couple' || shape === 'nuclear' || shape === 'three_generations';
    const age = this.ageOf(draw, means, paired, shape);
    const male = draw.chance(0.56);
    const place = local ? draw.int(LOCAL_PLACES) : draw.between(LOCAL_PLACES, ALL_PLACES - 1);
    const applicant = people.add({ male, birth: this.birthAt(draw, age), place });
    const members: Member[] = [{ person: applicant, kin: '01' }];
    const marriages: Marriage[] = [];
    let marital: Family['marital'] =
      age > 66 && draw.chance(0.4) ? '30' : draw.chance(age > 32 ? 0.25 : 0.03) ? '40' : '10';
    if (paired) {
      marital = '20';
      const spouse = people.add({
        male: !male,
        birth: Math.min(
          people.birth(applicant) + draw.between(-1800, 1800),
          this.birthAt(draw, YOUNGEST_SPOUSE),
        ),
        place: draw.chance(0.75) ? place : draw.int(ALL_PLACES),
      });
      members.push({ person: spouse, kin: '10' });
      marriages.push(this.marriage(draw, applicant, spouse));
    } else if (shape === 'lone_parent') {
      marital = draw.chance(0.8) ? '40' : '30';
    }
    if (marital === '40') {
      const birth = Math.min(
        people.birth(applicant) + draw.between(-1500, 1500),
        this.birthAt(draw, YOUNGEST_SPOUSE),
      );
      const former = people.add({ male: !male, birth, place });
      const ended = this.divorced(draw, this.marriage(draw, applicant, former));
      if (ended) marriages.push(ended);
      else marital = '10';
    }
    if (shape === 'nuclear' || shape === 'lone_parent' || shape === 'three_generations')
      this.addChildren(draw, members, place, household);
    if (shape === 'three_generations') this.addParents(draw, members, marriages, place);
    for (const { person } of members) {
      people.join(person, household);
      this.employ(draw, person, means);
    }
    return { members, marital, marriages };
  }

  /** Somebody outside the scheme, with a job or not. */
  makeStranger(index: number): number {
    const draw = this.draw.at(KIND.person, index);
    const place = draw.chance(0.8) ? draw.int(LOCAL_PLACES) : draw.between(LOCAL_PLACES, ALL_PLACES - 1);
    const person = this.people.add({
      male: draw.chance(0.5),
      birth: this.birthAt(draw, draw.between(22, 75)),
      place,
    });
    this.employ(draw, person, 'newcomer');
    return person;
  }

  private birthAt(draw: Draw, age: number): number {
    return Math.round(this.size.lastDay - age * DAYS_A_YEAR - draw.int(365));
  }

  private ageOf(draw: Draw, means: Means, paired: boolean, shape: string): number {
    if (means === 'special_poverty') return draw.between(62, 84);
    if (means === 'newcomer') return draw.between(paired ? YOUNGEST_SPOUSE : 22, 42);
    if (shape === 'nuclear' || shape === 'three_generations') return draw.between(27, 52);
    return draw.between(paired ? YOUNGEST_SPOUSE : 24, 72);
  }

  /** Both are 22 at least, and it was not yesterday. */
  private marriage(draw: Draw, one: number, other: number): Marriage {
    const { people } = this;
    const ofAge = Math.max(people.birth(one), people.birth(other)) + Math.round(22 * DAYS_A_YEAR);
    const marriedOn = Math.max(FIRST_MARRIAGES, Math.min(this.size.lastDay - 150, ofAge + draw.int(2500)));
    const [husband, wife] = people.isMale(one) ? [one, other] : [other, one];
    return { husband, wife, marriedOn, divorcedOn: NEVER };
  }

  /** The same marriage, over; null when it is too young for that. */
  private divorced(draw: Draw, marriage: Marriage): Marriage | null {
    const latest = this.size.lastDay - 60;
    const earliest = marriage.marriedOn + 200;
    return earliest < latest ? { ...marriage, divorcedOn: draw.between(earliest, latest) } : null;
  }

  private addChildren(draw: Draw, members: Member[], place: number, household: number): void {
    const { people } = this;
    const parents = members.map((m) => m.person);
    const youngest = Math.max(...parents.map(people.birth));
    const father = parents.find(people.isMale) ?? parents[0] ?? 0;
    const count = draw.weighted([
      [1, 68],
      [2, 28],
      [3, 4],
    ] as const);
    let birth = youngest + Math.round(23 * DAYS_A_YEAR) + draw.int(3000);
    for (let k = 0; k < count && birth < this.size.lastDay - 200; k++) {
      const male = draw.chance(0.52);
      const surname = people.surname(father);
      const elder = members.at(-1);
      const isTwin = k === 1 && elder !== undefined && this.twinDraw.at(KIND.twin, household).chance(TWINS);
      const person = isTwin
        ? people.add({ ...this.twinOf(elder.person, male), place, surname })
        : people.add({ male, birth, place, surname });
      members.push({ person, kin: male ? '20' : '30' });
      birth += 600 + draw.int(1500);
    }
  }

  /** Born on the same day; of the same sex with a name that begins alike. */
  private twinOf(twin: number, male: boolean): Omit<NewPerson, 'place'> {
    const { people } = this;
    const same = people.isMale(twin) === male;
    return {
      ...{ male, twin, birth: people.birth(twin) },
      ...(same && { given: siblingName(people.given(twin), male) }),
    };
  }

  private addParents(draw: Draw, members: Member[], marriages: Marriage[], place: number): void {
    const { people } = this;
    const applicant = members[0]?.person ?? 0;
    const birth = people.birth(applicant) - Math.round(24 * DAYS_A_YEAR) - draw.int(1800);
    const father = people.add({ male: true, birth, place, surname: people.surname(applicant) });
    members.push({ person: father, kin: '51' });
    if (draw.chance(0.3)) return;
    const mother = people.add({ male: false, birth: birth + draw.between(-700, 900), place });
    members.push({ person: mother, kin: '52' });
    marriages.push({
      husband: father,
      wife: mother,
      marriedOn: people.birth(applicant) - draw.between(60, 250),
      divorcedOn: NEVER,
    });
  }

  private employ(draw: Draw, person: number, means: Means): void {
    const age = this.people.age(person, this.size.lastDay);
    const works =
      means === 'special_poverty'
        ? 0
        : means === 'minimum_living'
          ? 0.2
          : means === 'low_income'
            ? 0.55
            : means === 'newcomer'
              ? 0.94
              : 0.8;
    if (age < 20 || age > 59 || !draw.chance(works)) return;
    const civil = means === 'newcomer' ? draw.chance(0.14) : draw.chance(0.04);
    const { all, firstPublic } = this.enterprises;
    const employer = civil ? firstPublic + draw.int(all.length - firstPublic) : draw.int(firstPublic);
    const [low, high] = WAGES[means];
    const wage = draw.between(low / 10, high / 10) * 10;
    const since = Math.max(
      this.people.birth(person) + Math.round(20 * DAYS_A_YEAR),
      this.size.lastDay - draw.between(420, 4200),
    );
    this.people.employ(person, employer, wage, since);
  }
}

/** Yuan a month. In need: at most 3,200, so that nobody's share of the income passes 38,400 a year by nature. */
const WAGES: Record<Means, readonly [number, number]> = {
  minimum_living: [1900, 2000],
  special_poverty: [1900, 1900],
  low_income: [1950, 2400],
  middle_low_income: [2400, 3200],
  newcomer: [4200, 11000],
};
