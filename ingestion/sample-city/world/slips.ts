/**
 * What desks get wrong of who somebody is: numbers mistyped, left out or somebody else's, names in other characters, telephones
 * of before the marriage. Drawn from its own stream by data set and row, so that a row delivered again is wrong alike.
 */
import { Draw, KIND } from '../random.ts';
import { addedSpaces, traditional } from './names.ts';
import type { People } from './people.ts';
import { pad } from './numbers.ts';

/** A person as a row has them; '' where the data set does not ask. */
export interface Mention {
  number: string;
  name: string;
  phone: string;
}

/** Whose row it is, and who lives with them: a number is taken from the form below or above. */
export interface Subject {
  person: number;
  others: readonly number[];
  asOf: number;
}

export interface Slip extends Mention {
  /** Names the kind in the truth: `mistyped number, variant name`. */
  kind: string;
  /** Family of the broken number as `rows.jsonl` has it; '' where the number holds or is missing. */
  family: string;
}

/** Of a hundred rows. */
const SLIPS = 0.03;
const SLIPS_OF_TWINS = 0.5;
const SLIPS_OF_CHILDREN = 0.12;
const YEARS_OF_A_CHILD = 14;
/** Numbers had fifteen digits until 1999. */
const YEARS_OF_OLD_NUMBERS = 60;

type Make = (mention: Mention, subject: Subject, draw: Draw) => Slip | null;

/** Data sets in which a number may be left out ask for enough else; where it is required, it is at least mistyped. */
export interface SlipsOf {
  /** Tells data sets apart. */
  salt: number;
  mayMiss: boolean;
}

export class Slips {
  private readonly draw: Draw;
  private readonly always: readonly (readonly [Make, number])[];
  private readonly mayMiss: readonly (readonly [Make, number])[];

  constructor(
    seed: number,
    private readonly people: People,
  ) {
    this.draw = new Draw(seed);
    const named =
      (make: Make, name: (text: string, draw: Draw) => string | null, kind: string): Make =>
      (mention, subject, draw) => {
        const slip = make(mention, subject, draw);
        const written = slip && name(mention.name, draw);
        return slip && written ? { ...slip, name: written, kind: `${slip.kind}, ${kind}` } : slip;
      };
    this.always = [
      [mistyped, 30],
      [transposed, 20],
      [named(mistyped, traditional, 'variant name'), 8],
      [named(transposed, addedSpaces, 'spaced name'), 6],
      [this.newPhone(mistyped), 8],
      [this.fifteenDigits, 12],
      [this.numberOfAnother, 6],
    ];
    this.mayMiss = [
      ...this.always,
      [missing, 25],
      [named(missing, traditional, 'variant name'), 10],
      [named(missing, addedSpaces, 'spaced name'), 8],
      [this.newPhone(missing), 8],
    ];
  }

  /** What the row of that index gets wrong; null for most. */
  at({ salt, mayMiss }: SlipsOf, index: number, mention: Mention, subject: Subject): Slip | null {
    const draw = this.draw.at(KIND.slip, salt * 20_000_000 + index);
    const age = this.people.age(subject.person, subject.asOf);
    if (mayMiss && this.people.twin(subject.person) >= 0)
      return draw.chance(SLIPS_OF_TWINS) ? { ...missing(mention), kind: 'missing number, twin' } : null;
    // Before a child has a number, or where nobody asks for it.
    if (mayMiss && age < YEARS_OF_A_CHILD)
      return draw.chance(SLIPS_OF_CHILDREN) ? { ...missing(mention), kind: 'missing number, child' } : null;
    if (!draw.chance(SLIPS)) return null;
    return draw.weighted(mayMiss ? this.mayMiss : this.always)(mention, subject, draw);
  }

  /** Who married keeps another telephone. */
  private newPhone =
    (make: Make): Make =>
    (mention, subject, draw) => {
      const slip = make(mention, subject, draw);
      if (!slip || mention.phone === '' || this.people.isMale(subject.person)) return slip;
      return { ...slip, phone: `154${pad(draw.int(100_000_000), 8)}`, kind: `${slip.kind}, new phone` };
    };

  private fifteenDigits: Make = (mention, { person, asOf }) =>
    this.people.age(person, asOf) < YEARS_OF_OLD_NUMBERS
      ? null
      : {
          ...mention,
          number: mention.number.slice(0, 6) + mention.number.slice(8, 17),
          kind: 'fifteen digits',
          family: '',
        };

  private numberOfAnother: Make = (mention, { others }, draw) =>
    others.length === 0
      ? null
      : {
          ...mention,
          number: this.people.idNumber(draw.pick(others)),
          kind: 'number of another',
          family: '',
        };
}

const missing = (mention: Mention): Slip => ({ ...mention, number: '', kind: 'missing number', family: '' });

/** One digit of the place or the sequence is another one: the check digit tells. */
function mistyped(mention: Mention, _subject: Subject, draw: Draw): Slip {
  const at = draw.pick([4, 5, 14, 15, 16]);
  const digit = (Number(mention.number.charAt(at)) + draw.between(1, 9)) % 10;
  const number = mention.number.slice(0, at) + digit + mention.number.slice(at + 1);
  return { ...mention, number, kind: 'mistyped number', family: 'mistyped_number' };
}

/** Two neighbours have changed places; where they are the same, another pair has. */
function transposed(mention: Mention, subject: Subject, draw: Draw): Slip {
  const { number } = mention;
  const at = [14, 15, 4].find((i) => number.charAt(i) !== number.charAt(i + 1));
  if (at === undefined) return mistyped(mention, subject, draw);
  const swapped = number.slice(0, at) + number.charAt(at + 1) + number.charAt(at) + number.slice(at + 2);
  return { ...mention, number: swapped, kind: 'transposed digits', family: 'transposed_digits' };
}
