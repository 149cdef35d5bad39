/** Everyone in the agencies' files. Columns, not objects: at scale 1 there are half a million of them. */
import { compactDay, dayText, day } from '../calendar.ts';
import { CITY_PREFIX } from '../options.ts';
import { Draw, KIND } from '../random.ts';
import { personName, SURNAME_COUNT } from './names.ts';
import { idNumber, pad } from './numbers.ts';

/** Where a person works: index of the enterprise, or one of these. */
export const NO_JOB = -1;

const BIRTHS_FROM = day('1930-01-01');
const BIRTHS_TO = day('2027-01-01');
/** Places an identity number may begin with: 0-4 are the city's districts, the rest are invented counties elsewhere. */
export const LOCAL_PLACES = 5;
export const ALL_PLACES = 30;
const SEQUENCES = 500;
const FIRST_CAPACITY = 1024;

const grown = <T extends Int32Array | Uint16Array | Uint8Array | Uint32Array>(
  column: T,
  capacity: number,
): T => {
  const larger = new (column.constructor as new (length: number) => T)(capacity);
  larger.set(column);
  return larger;
};

export interface NewPerson {
  male: boolean;
  /** Day number. */
  birth: number;
  /** 0 … ALL_PLACES-1: where the register was when the number was given. */
  place: number;
  /** The family's surname; drawn when it does not matter. */
  surname?: number;
  /** As `given` of somebody else; drawn when it does not matter. */
  given?: number;
  /** Whose twin it is. */
  twin?: number;
}

export class People {
  count = 0;
  private male = new Uint8Array(FIRST_CAPACITY);
  private births = new Int32Array(FIRST_CAPACITY);
  private places = new Uint8Array(FIRST_CAPACITY);
  private sequences = new Uint16Array(FIRST_CAPACITY);
  private surnames = new Uint8Array(FIRST_CAPACITY);
  private givens = new Uint16Array(FIRST_CAPACITY);
  private employers = new Int32Array(FIRST_CAPACITY).fill(NO_JOB);
  private wages = new Int32Array(FIRST_CAPACITY);
  private insuredFrom = new Int32Array(FIRST_CAPACITY);
  private householdOf = new Int32Array(FIRST_CAPACITY).fill(-1);
  /** How many of one place, day and sex have a number already: keeps numbers unique. */
  private readonly taken = new Uint16Array((BIRTHS_TO - BIRTHS_FROM) * ALL_PLACES * 2);
  private readonly twins = new Map<number, number>();
  private readonly draw: Draw;

  constructor(seed: number) {
    this.draw = new Draw(seed);
  }

  /** The new person's index. */
  add(person: NewPerson): number {
    const i = this.count++;
    if (i >= this.male.length) this.grow(this.male.length * 2);
    const draw = this.draw.at(KIND.name, i);
    this.male[i] = person.male ? 1 : 0;
    this.births[i] = person.birth;
    this.places[i] = person.place;
    this.surnames[i] = person.surname ?? draw.int(SURNAME_COUNT);
    this.givens[i] = person.given ?? draw.int(4096);
    if (person.twin !== undefined) this.twins.set(i, person.twin).set(person.twin, i);
    this.employers[i] = NO_JOB;
    this.householdOf[i] = -1;
    const slot = ((person.birth - BIRTHS_FROM) * ALL_PLACES + person.place) * 2 + (person.male ? 1 : 0);
    const before = this.taken[slot] ?? 0;
    if (before >= SEQUENCES) throw new RangeError('more people of one place, day and sex than numbers');
    this.taken[slot] = before + 1;
    // A different first sequence each day, as if clerks had been giving numbers to others before.
    const sequence = (((person.birth - BIRTHS_FROM) * 37 + person.place * 11) % SEQUENCES) + before * 7;
    this.sequences[i] = (sequence % SEQUENCES) * 2 + (person.male ? 1 : 0);
    return i;
  }

  employ(i: number, employer: number, monthlyWage: number, insuredFrom: number): void {
    this.employers[i] = employer;
    this.wages[i] = monthlyWage;
    this.insuredFrom[i] = insuredFrom;
  }
  join(i: number, household: number): void {
    this.householdOf[i] = household;
  }

  isMale = (i: number): boolean => this.male[i] === 1;
  birth = (i: number): number => this.births[i] ?? 0;
  birthText = (i: number): string => dayText(this.birth(i));
  surname = (i: number): number => this.surnames[i] ?? 0;
  given = (i: number): number => this.givens[i] ?? 0;
  /** The person's twin, or -1. */
  twin = (i: number): number => this.twins.get(i) ?? -1;
  /** District of the first registration, or -1 when that was elsewhere. */
  homeDistrict = (i: number): number => ((this.places[i] ?? 0) < LOCAL_PLACES ? (this.places[i] ?? 0) : -1);
  isLocal = (i: number): boolean => (this.places[i] ?? 0) < LOCAL_PLACES;
  placeCode = (i: number): string => placeCode(this.places[i] ?? 0);
  employer = (i: number): number => this.employers[i] ?? NO_JOB;
  /** Whole yuan a month. */
  wage = (i: number): number => this.wages[i] ?? 0;
  insuredSince = (i: number): number => this.insuredFrom[i] ?? 0;
  household = (i: number): number => this.householdOf[i] ?? -1;

  name = (i: number): string => personName(this.surname(i), this.givens[i] ?? 0, this.isMale(i));
  idNumber = (i: number): string =>
    idNumber(this.placeCode(i), compactDay(this.birth(i)), this.sequences[i] ?? 0);
  /** Of the right form, but 154 is given to no operator: nobody has such a number. */
  phone = (i: number): string => `154${pad((Math.imul(i + 1, 48271) >>> 0) % 100_000_000, 8)}`;

  /** Whole years on that day. */
  age(i: number, on: number): number {
    const born = this.birthText(i);
    const now = dayText(on);
    return Number(now.slice(0, 4)) - Number(born.slice(0, 4)) - (now.slice(5) < born.slice(5) ? 1 : 0);
  }

  private grow(capacity: number): void {
    this.male = grown(this.male, capacity);
    this.births = grown(this.births, capacity);
    this.places = grown(this.places, capacity);
    this.sequences = grown(this.sequences, capacity);
    this.surnames = grown(this.surnames, capacity);
    this.givens = grown(this.givens, capacity);
    this.employers = grown(this.employers, capacity);
    this.wages = grown(this.wages, capacity);
    this.insuredFrom = grown(this.insuredFrom, capacity);
    this.householdOf = grown(this.householdOf, capacity);
  }
}

export const placeCode = (place: number): string =>
  place < LOCAL_PLACES ? `${CITY_PREFIX}${pad(place + 1, 2)}` : `${CITY_PREFIX}${pad(place + 16, 2)}`;
