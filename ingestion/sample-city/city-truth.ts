/** The city's own account of itself: violations, broken meters, and totals to hold any pipeline's numbers against. */
import { dayText, firstDayOf, monthOf } from './calendar.ts';
import type { Truth } from './deliver/truth.ts';
import type { MeterFault } from './machines/meters.ts';
import { CITY_NAME } from './options.ts';
import { cityFindings } from './city-findings.ts';
import { dwellingLinks } from './dwelling-truth.ts';
import { applicationState } from './tables/applications.ts';
import { billedRent, rentIsDue, rentPayments } from './tables/money.ts';
import { registerNo } from './tables/police.ts';
import { subsidyDrawers, subsidyIsDue, subsidyPayments } from './tables/subsidies.ts';
import { applicationNo } from './world/households.ts';
import { houseCode } from './world/housing.ts';
import { dwellingState, emptySince, subsidyAmount, type World } from './world/index.ts';
import type { FundBooks } from './world/fund-books.ts';
import { contractNo, contractState } from './world/leases.ts';
import { yuan } from './world/numbers.ts';

/** A dwelling empty longer than this is `overlong_vacancy`. */
export const OVERLONG_VACANCY_DAYS = 180;
const COLUMNS = [
  'violation_no',
  'kind',
  'since',
  'application_no',
  'contract_no',
  'house_code',
  'id_number',
  'trace',
];

export function writeCityTruth(
  truth: Truth,
  world: World,
  books: FundBooks,
  meterFaults: MeterFault[],
): void {
  truth.table('violations.csv', COLUMNS, violationRows(world));
  truth.table(
    'meters.csv',
    ['meter_no', 'house_code', 'fault', 'since'],
    meterFaults.map((f) => [f.meterNo, houseCodeOf(world, f.dwelling), f.fault, dayText(f.since)]),
  );
  truth.table(
    'dwelling-links.csv',
    ['source_dataset', 'record_key', 'dwelling'],
    dwellingLinks(world, books),
  );
  truth.table('households.csv', ['household', 'source_kind', 'source_no'], householdRows(world));
  truth.table('findings.csv', ['kind', 'key', 'since'], cityFindings(world));
  truth.json('city.json', totals(world));
}

const houseCodeOf = (world: World, dwelling: number): string => {
  const found = world.dwellings[dwelling];
  return found ? houseCode(found) : '';
};

/** Each household's application and the register (户号) its people share; registers of those who are in another. */
function* householdRows(world: World): Generator<string[]> {
  for (const household of world.households) {
    const [first] = household.members;
    yield [String(household.index), 'application', applicationNo(household)];
    if (first) yield [String(household.index), 'register', registerNo(world, first.person)];
  }
  for (const { household, registerNo: apart } of world.registers.truth) yield [household, 'register', apart];
}

function* violationRows(world: World): Generator<string[]> {
  let n = 0;
  for (const v of world.violations) {
    const contract = v.stay?.contracts.at(-1);
    yield [
      String(++n),
      v.kind,
      dayText(v.since),
      applicationNo(v.household),
      contract ? contractNo(contract) : '',
      v.stay ? houseCode(v.stay.dwelling) : '',
      world.people.idNumber(v.person),
      v.trace,
    ];
  }
  const { lastDay } = world.size;
  for (const dwelling of world.dwellings) {
    const state = dwellingState(world, dwelling, lastDay);
    if (state !== 'available' && state !== 'idle') continue;
    const since = emptySince(world, dwelling, lastDay);
    if (lastDay - since > OVERLONG_VACANCY_DAYS)
      yield [String(++n), 'overlong_vacancy', dayText(since), '', '', houseCode(dwelling), '', 'dwelling'];
  }
}

const count = (into: Record<string, number>, key: string): void => {
  into[key] = (into[key] ?? 0) + 1;
};

/** Totals as of the last business date, over the facts and not over the dirty files. Money in yuan. */
function totals(world: World): Record<string, unknown> {
  const { size } = world;
  const asOf = size.lastDay;
  const dwellings: Record<string, number> = {};
  const byDistrict: Record<string, number> = {};
  for (const d of world.dwellings) {
    count(dwellings, dwellingState(world, d, asOf));
    count(byDistrict, d.project.community.districtCode);
  }
  const contracts: Record<string, number> = {};
  for (const c of world.contracts) if (c.signedOn <= asOf) count(contracts, contractState(c, asOf));
  const applications: Record<string, number> = {};
  for (const h of world.households) if (h.appliedOn <= asOf) count(applications, applicationState(h, asOf));
  const months: {
    month: string;
    rentDue: string;
    rentPaidForMonth: string;
    subsidyDue: string;
    subsidyPaid: string;
  }[] = [];
  let [rentDueTotal, rentPaidTotal, subsidyDueTotal, subsidyPaidTotal] = [0, 0, 0, 0];
  const drawers = subsidyDrawers(world);
  for (let month = monthOf(size.firstDay); month <= monthOf(asOf); month++) {
    let [due, paid, subsidy, subsidyPaid] = [0, 0, 0, 0];
    for (const c of world.contracts) {
      if (!rentIsDue(c, month)) continue;
      due += billedRent(world, c, month);
      for (const payment of rentPayments(world, c, month)) if (payment.day <= asOf) paid += payment.fen;
    }
    for (const { household, from } of drawers) {
      if (month < monthOf(from)) continue;
      if (subsidyIsDue(world, household, month)) subsidy += subsidyAmount(household);
      for (const payment of subsidyPayments(world, household, month))
        if (payment.day <= asOf && payment.state !== 'refunded') subsidyPaid += payment.fen;
    }
    rentDueTotal += due;
    rentPaidTotal += paid;
    subsidyDueTotal += subsidy;
    subsidyPaidTotal += subsidyPaid;
    months.push({
      month: dayText(firstDayOf(month)).slice(0, 7),
      rentDue: yuan(due),
      rentPaidForMonth: yuan(paid),
      subsidyDue: yuan(subsidy),
      subsidyPaid: yuan(subsidyPaid),
    });
  }
  const violations: Record<string, number> = {};
  for (const row of violationRows(world)) count(violations, row[1] ?? '');
  return {
    city: CITY_NAME,
    seed: size.seed,
    scale: size.scale,
    firstDay: dayText(size.firstDay),
    lastBusinessDate: dayText(asOf),
    population: world.divisions.all[0]?.population ?? 0,
    projects: world.projects.length,
    dwellings: { total: world.dwellings.length, byState: dwellings, byDistrict },
    contracts: { total: Object.values(contracts).reduce((a, b) => a + b, 0), byState: contracts },
    applications: { total: Object.values(applications).reduce((a, b) => a + b, 0), byState: applications },
    householdsInNeed: world.households.filter(
      (h) => h.programme === 'prh' && (h.fate === 'housed' || h.fate === 'subsidised'),
    ).length,
    people: world.people.count,
    rent: { due: yuan(rentDueTotal), paid: yuan(rentPaidTotal) },
    subsidy: { due: yuan(subsidyDueTotal), paid: yuan(subsidyPaidTotal) },
    months,
    violations,
  };
}
