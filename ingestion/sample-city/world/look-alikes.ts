/** Who is easily taken for somebody else, and families whose registers do not say who lives together. */
import type { CitySize } from '../options.ts';
import { Draw, KIND } from '../random.ts';
import type { Enterprises } from './enterprises.ts';
import { applicantOf, type Household } from './households.ts';
import { pad } from './numbers.ts';
import { LOCAL_PLACES, type People } from './people.ts';

/** Of a hundred applicants, how many share name, sex and birthday with somebody of another district. */
const NAMESAKES = 0.04;
const MOVED_APART = 0.06;

/** Adds them after everybody else, so that nobody's number changes; some have work and so an account. */
export function addNamesakes(
  size: CitySize,
  people: People,
  { firstPublic }: Enterprises,
  households: readonly Household[],
): void {
  const draw = new Draw(size.seed);
  for (const household of households) {
    const applicant = applicantOf(household);
    draw.at(KIND.namesake, household.index);
    if (!people.isLocal(applicant) || !draw.chance(NAMESAKES)) continue;
    const namesake = people.add({
      male: people.isMale(applicant),
      birth: people.birth(applicant),
      place: (people.homeDistrict(applicant) + draw.between(1, LOCAL_PLACES - 1)) % LOCAL_PLACES,
      surname: people.surname(applicant),
      given: people.given(applicant),
    });
    if (people.age(namesake, size.lastDay) < 60 && draw.chance(0.6))
      people.employ(
        namesake,
        draw.int(firstPublic),
        draw.between(200, 320) * 10,
        size.lastDay - draw.between(420, 2000),
      );
  }
}

export interface Registers {
  /** 户号 of those who are not in their household's own. */
  of: Map<number, string>;
  /** Whose household the people of such a register are: an application's, or none's. */
  truth: { registerNo: string; household: string }[];
}

/**
 * A parent or grown child keeps a register elsewhere though they live together; after a divorce a child is registered with the
 * parent who left, though it is on the other's application: that register is no part of the household.
 */
export function splitRegisters(
  size: CitySize,
  people: People,
  households: readonly Household[],
  isPlanted: (household: number) => boolean,
): Registers {
  const draw = new Draw(size.seed);
  const registers: Registers = { of: new Map(), truth: [] };
  for (const household of households) {
    draw.at(KIND.split, household.index);
    const { members, marriages, index } = household;
    const last = members.at(-1);
    if (!last || members.length < 2 || isPlanted(index) || !draw.chance(MOVED_APART)) continue;
    const registerNo = `HK5${pad(index + 1, 8)}`;
    const former = marriages
      .filter((marriage) => marriage.divorcedOn <= size.lastDay)
      .flatMap(({ husband, wife }) => [husband, wife])
      .find((person) => members.every((member) => member.person !== person));
    const isChild = last.kin === '20' || last.kin === '30';
    if (former !== undefined && isChild) {
      registers.of.set(former, registerNo).set(last.person, registerNo);
      registers.truth.push({ registerNo, household: `left ${index}` });
    } else if (members.length > 2 && people.age(last.person, size.lastDay) >= 18) {
      registers.of.set(last.person, registerNo);
      registers.truth.push({ registerNo, household: String(index) });
    }
  }
  return registers;
}
