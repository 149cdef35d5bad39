/** Who lives where, when, and under which contracts. */
import { addMonths, day, NEVER, yearOf } from '../calendar.ts';
import type { CitySize } from '../options.ts';
import { Draw, KIND, shuffled } from '../random.ts';
import type { Dwelling } from './housing.ts';
import { applicantOf, type Household, type HouseholdMaker } from './households.ts';
import { pad } from './numbers.ts';

export interface Contract {
  index: number;
  stay: Stay;
  kind: 'new' | 'renewal';
  signedOn: number;
  startsOn: number;
  endsOn: number;
  terminatedOn: number;
  /** Person index: the applicant, unless planted otherwise. */
  tenant: number;
  /** Fen a month. */
  rent: number;
  /** The clause on breach; the usual one of the day where nothing is planted. */
  breachClause?: string;
  /** What the record said until (and on) that day. */
  before?: ContractBefore;
}

export interface ContractBefore {
  until: number;
  /** So many further down the list of ways to pay; null where nothing stood there. */
  payMethod?: number | null;
  endsOn?: number;
  otherPhone?: boolean;
}

export interface Stay {
  household: Household;
  dwelling: Dwelling;
  movedIn: number;
  /** NEVER while they live there. */
  movedOut: number;
  contracts: Contract[];
}

export const contractNo = (contract: Contract): string =>
  `HT${yearOf(contract.signedOn)}${pad(contract.index + 1, 8)}`;
/** The last day the contract bound anybody. */
export const effectiveEnd = (contract: Contract): number => Math.min(contract.endsOn, contract.terminatedOn);

const FIRST_MOVES = day('2023-02-15');
const TERM_MONTHS = { prh: 36, arh: 12 } as const;
const LET_SHARE = 0.87;
/** A renewal is signed up to this many days before the old contract ends. */
const RENEWED_AHEAD = 15;

export interface Leases {
  /** In the order of dwellings, earlier stays first. */
  stays: Stay[];
  contracts: Contract[];
  byDwelling: Stay[][];
}

/** Lets dwellings until the households in need are housed (70 %) and affordable rental stands at its usual occupancy. */
export function makeLeases(size: CitySize, dwellings: Dwelling[], households: HouseholdMaker): Leases {
  const byDwelling: Stay[][] = dwellings.map(() => []);
  const draw = new Draw(size.seed);
  const order = shuffled(size.seed, 1, dwellings.length);
  const quota = {
    prh: Math.round(size.householdsInNeed * 0.7),
    arh: Math.round(dwellings.filter((d) => d.project.kind === 'arh').length * LET_SHARE),
  };
  for (const index of order) {
    const dwelling = dwellings[index];
    if (!dwelling || dwelling.closedAs !== null) continue;
    draw.at(KIND.lease, index);
    const stays = byDwelling[index];
    const { kind } = dwelling.project;
    if (quota[kind] > 0) {
      quota[kind]--;
      const movedIn = draw.between(FIRST_MOVES, size.lastDay - 12);
      const waited = draw.between(12, 90);
      const household = households.make({
        programme: kind,
        directed: dwelling.project.allocation === 'directed',
        fate: 'housed',
        decidedOn: movedIn - waited,
      });
      if (draw.chance(0.14) && movedIn > FIRST_MOVES + 400)
        stays?.push(formerStay(draw, dwelling, movedIn - draw.between(15, 120), households));
      stays?.push({ household, dwelling, movedIn, movedOut: NEVER, contracts: [] });
    } else if (draw.chance(0.85)) {
      // Most stand empty between two tenants, for weeks rather than months.
      stays?.push(
        formerStay(draw, dwelling, size.lastDay - 8 - Math.floor(300 * draw.unit() ** 2), households),
      );
    }
  }
  const stays = byDwelling.flat();
  const contracts: Contract[] = [];
  for (const stay of stays)
    signContracts(
      draw.at(KIND.lease, dwellings.length + stay.household.index),
      stay,
      contracts,
      size.lastDay,
    );
  return { stays, contracts, byDwelling };
}

function formerStay(draw: Draw, dwelling: Dwelling, movedOut: number, households: HouseholdMaker): Stay {
  const movedIn = Math.max(FIRST_MOVES, movedOut - draw.between(200, 900));
  const household = households.make({
    programme: dwelling.project.kind,
    directed: dwelling.project.allocation === 'directed',
    fate: 'former',
    decidedOn: movedIn - draw.between(12, 90),
  });
  return { household, dwelling, movedIn, movedOut, contracts: [] };
}

/** The chain of contracts from moving in to moving out or today; each renewal begins the day after the one before ends. */
function signContracts(draw: Draw, stay: Stay, contracts: Contract[], lastDay: number): void {
  const months = TERM_MONTHS[stay.dwelling.project.kind];
  let startsOn = stay.movedIn;
  for (;;) {
    const renewal = stay.contracts.length > 0;
    const endsOn = addMonths(startsOn, months) - 1;
    const contract: Contract = {
      index: contracts.length,
      stay,
      kind: renewal ? 'renewal' : 'new',
      signedOn: startsOn - (renewal ? draw.between(3, RENEWED_AHEAD) : draw.between(0, 10)),
      startsOn,
      endsOn,
      terminatedOn: stay.movedOut < endsOn ? stay.movedOut : NEVER,
      tenant: applicantOf(stay.household),
      rent: stay.dwelling.rent,
    };
    contracts.push(contract);
    stay.contracts.push(contract);
    if (endsOn >= Math.min(stay.movedOut, lastDay + 3)) return;
    startsOn = endsOn + 1;
  }
}

/** The contract after the last one of a stay: the same rent and term, from the day after it ends. */
export function renewalOf(last: Contract, index: number, signedOn: number): Contract {
  const startsOn = last.endsOn + 1;
  const endsOn = addMonths(startsOn, TERM_MONTHS[last.stay.dwelling.project.kind]) - 1;
  const { stay, tenant, rent } = last;
  return {
    ...{ index, stay, kind: 'renewal', signedOn, startsOn, endsOn, tenant, rent },
    terminatedOn: NEVER,
  };
}

const EXPIRING_DAYS = 30;
/** Binds on that day, and not for more than a month longer. */
export const isExpiring = (contract: Contract, asOf: number): boolean =>
  contractState(contract, asOf) === 'active' && contract.endsOn - asOf <= EXPIRING_DAYS;
/** Those who live there have signed the contract after it by that day. */
export const isRenewed = ({ stay, endsOn }: Contract, asOf: number): boolean =>
  stay.contracts.some((next) => next.startsOn > endsOn && next.signedOn <= asOf);

/** Code of `contract_state` on that day; the day itself still counts. */
export function contractState(
  contract: Contract,
  asOf: number,
): 'pending' | 'active' | 'terminated' | 'expired' {
  if (contract.terminatedOn <= asOf) return 'terminated';
  if (contract.endsOn < asOf) return 'expired';
  return contract.startsOn > asOf ? 'pending' : 'active';
}
