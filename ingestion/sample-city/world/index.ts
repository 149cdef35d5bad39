/** The whole city as facts, before any agency writes them down. */
import { addMonths, day, NEVER } from '../calendar.ts';
import type { CitySize } from '../options.ts';
import { Draw, KIND } from '../random.ts';
import { type Divisions, makeDivisions } from './divisions.ts';
import { type EmployersGone, employersGone } from './employers-gone.ts';
import { type Enterprises, makeEnterprises } from './enterprises.ts';
import { FamilyMaker, type Marriage } from './families.ts';
import { type Dwelling, makeProjects, type Project } from './housing.ts';
import { type Household, HouseholdMaker } from './households.ts';
import { type Contract, effectiveEnd, type Leases, makeLeases, type Stay } from './leases.ts';
import { addNamesakes, type Registers, splitRegisters } from './look-alikes.ts';
import { makeNearMisses, type NearMiss } from './near-misses.ts';
import { People } from './people.ts';
import { plantProjects } from './plant-projects.ts';
import { PropertyMaker, type Property, type Signing } from './properties.ts';
import { type Consequences, consequencesOf, plantViolations } from './violations.ts';

export interface World extends Consequences {
  size: CitySize;
  divisions: Divisions;
  enterprises: Enterprises;
  projects: Project[];
  dwellings: Dwelling[];
  people: People;
  households: Household[];
  subsidised: Household[];
  leases: Leases;
  /** Contracts in the order of their numbers, without the renewals that planted violations took away. */
  contracts: Contract[];
  properties: Property[];
  signings: Signing[];
  marriages: Marriage[];
  /** People indexes of those outside the scheme: from … to-1. */
  strangers: { from: number; to: number };
  registers: Registers;
  /** Innocents that look like a violation. */
  nearMisses: NearMiss[];
  nearMissOf: Map<number, NearMiss>;
  gone: EmployersGone;
}

const FIRST_SUBSIDIES = day('2023-03-01');

export function makeWorld(size: CitySize): World {
  const people = new People(size.seed);
  const divisions = makeDivisions(size);
  const enterprises = makeEnterprises(size);
  const { projects, dwellings } = makeProjects(size, divisions.communities, enterprises);
  plantProjects(size, projects);
  const families = new FamilyMaker(size, people, enterprises);
  const households = new HouseholdMaker(size, people, families, divisions.communities);

  const leases = makeLeases(size, dwellings, households);
  const housedInNeed = leases.stays.filter(
    (s) => s.movedOut === NEVER && s.household.programme === 'prh',
  ).length;
  const draw = new Draw(size.seed);
  const subsidised = Array.from({ length: Math.max(1, size.householdsInNeed - housedInNeed) }, (_, i) =>
    households.make({
      programme: 'prh',
      directed: false,
      fate: 'subsidised',
      decidedOn: draw.at(KIND.subsidy, i).between(FIRST_SUBSIDIES, size.lastDay - 45),
    }),
  );
  for (const [fate, share] of [
    ['waiting', 0.1],
    ['in_review', 0.06],
    ['rejected', 0.16],
    ['withdrawn', 0.05],
  ] as const) {
    const count = Math.max(2, Math.round(size.householdsInNeed * share));
    for (let i = 0; i < count; i++)
      households.make({ programme: i % 4 === 0 ? 'arh' : 'prh', directed: i % 7 === 0, fate });
  }

  const from = people.count;
  for (let i = 0; i < size.unrelatedPeople; i++) families.makeStranger(i);
  const strangers = { from, to: people.count };

  const stranger = (k: number): number => from + (k % size.unrelatedPeople);
  const violations = plantViolations(size, leases, subsidised, people, stranger);
  const nearMisses = makeNearMisses({
    ...{ size, leases, households: households.all, subsidised, violations, people, stranger },
  });
  const consequences = consequencesOf(violations);
  const maker = new PropertyMaker(size, people, divisions.communities);
  maker.makeAll(strangers, households.all, violations);
  addNamesakes(size, people, enterprises, households.all);
  const registers = splitRegisters(size, people, households.all, (household) =>
    consequences.byHousehold.has(household),
  );

  return {
    size,
    divisions,
    enterprises,
    projects,
    dwellings,
    people,
    households: households.all,
    subsidised,
    leases,
    contracts: leases.stays.flatMap((stay) => stay.contracts).sort((a, b) => a.index - b.index),
    properties: maker.properties,
    signings: maker.signings,
    marriages: households.all.flatMap((h) => h.marriages),
    strangers,
    registers,
    gone: employersGone(size, people, enterprises, households.all),
    nearMisses,
    nearMissOf: new Map(nearMisses.map((one) => [one.household.index, one])),
    ...consequences,
  };
}

/** Something is planted in the household, or looks as if: what tells of it arrives readable. */
export const isWatched = (world: World, { index }: Household): boolean =>
  world.byHousehold.has(index) || world.nearMissOf.has(index) || world.gone.households.has(index);

/** Who lives in the dwelling on that day; null when it stands empty. */
export function stayOn(world: World, dwelling: number, on: number): Stay | null {
  return world.leases.byDwelling[dwelling]?.find((s) => s.movedIn <= on && on < s.movedOut) ?? null;
}

/** The day the dwelling fell empty: the last tenant's leaving, or its handing over. */
export function emptySince(world: World, dwelling: Dwelling, asOf: number): number {
  const left = (world.leases.byDwelling[dwelling.index] ?? [])
    .map((s) => s.movedOut)
    .filter((d) => d <= asOf);
  return Math.max(dwelling.deliveredOn, ...left);
}

/** Code of `dwelling_state` on that day. */
export function dwellingState(
  world: World,
  dwelling: Dwelling,
  asOf: number,
): 'let' | 'reserved' | 'available' | 'repair' | 'idle' {
  if (stayOn(world, dwelling.index, asOf)) return 'let';
  if (dwelling.closedAs !== null && dwelling.closedSince <= asOf) return dwelling.closedAs;
  const coming = world.leases.byDwelling[dwelling.index]?.some(
    (s) => s.movedIn > asOf && (s.contracts[0]?.signedOn ?? NEVER) <= asOf,
  );
  return coming ? 'reserved' : 'available';
}

/** First and last month (inclusive, `monthOf` numbers) a household on subsidy draws it. */
export function subsidyStart(household: Household): number {
  return addMonths(household.decidedOn, 1);
}

/** Fen a month: 16 square metres a head at the means' rate, four heads at most. */
export function subsidyAmount(household: Household): number {
  const rate =
    household.means === 'minimum_living' || household.means === 'special_poverty'
      ? 1600
      : household.means === 'low_income'
        ? 1200
        : 800;
  return 16 * Math.min(4, household.members.length) * rate;
}

export { effectiveEnd };
