/** Makes an invented city and writes what its agencies would send, with the truth beside it. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { type Dataset, datasetId } from '../contract.ts';
import { firstDayOf, monthOf } from './calendar.ts';
import type { Outbox } from './deliver/delivery.ts';
import { deliverStream, type Stream, type StreamOptions } from './deliver/streams.ts';
import { deliverTable, type Table } from './deliver/tables.ts';
import { Truth } from './deliver/truth.ts';
import { deliverDoors } from './machines/doors.ts';
import { deliverMeters } from './machines/meters.ts';
import { type CityOptions, type CityReport, type CitySize, sizeOf } from './options.ts';
import { applications, householdMembers } from './tables/applications.ts';
import { directManagedHousing, otherBenefits } from './tables/benefits.ts';
import { breachReports } from './tables/breaches.ts';
import { destituteSupport, lowIncome, marriages, minimumLiving } from './tables/civil-affairs.ts';
import { contracts, occupants } from './tables/contracts.ts';
import { contributionAccounts, contributionPayments } from './tables/contributions.ts';
import { ecologyTables } from './tables/ecology.ts';
import { pmEnergy } from './tables/energy.ts';
import {
  fundAreas,
  fundBuildings,
  fundDwellings,
  fundInstitutions,
  fundOwners,
  fundParts,
  fundUnits,
} from './tables/fund-estate.ts';
import {
  fundAccounts,
  fundDeposits,
  fundEntries,
  fundPayments,
  fundUses,
  fundVotes,
  fundYields,
} from './tables/fund-money.ts';
import { dwellings, houseRegistry, houseSurvey, projects } from './tables/housing.ts';
import { rentDue, rentPaid } from './tables/money.ts';
import { householdRegister, migration, residencePermits } from './tables/police.ts';
import { pmEquipment, pmIncidents, pmInspections, pmMaintenance } from './tables/property-management.ts';
import { netSignedContracts, ownership } from './tables/property-rights.ts';
import { businessRegistry, divisions } from './tables/reference.ts';
import { complaints, repairs } from './tables/services.ts';
import { subsidyDue, subsidyPaid } from './tables/subsidies.ts';
import { writeCityTruth } from './city-truth.ts';
import { FUND_COLUMNS, fundFindings } from './fund-truth.ts';
import { makeEcology } from './world/ecology.ts';
import { makeFacilities } from './world/facilities.ts';
import { type FundBooks, makeFundBooks } from './world/fund-books.ts';
import { makeWorld, type World } from './world/index.ts';

export { type CityFile, type CityOptions, type CityReport, LAST_BUSINESS_DATE } from './options.ts';

const tablesOf = (world: World): Table[] => [
  divisions(world),
  businessRegistry(world),
  projects(world),
  dwellings(world),
  houseRegistry(world),
  houseSurvey(world),
  applications(world),
  householdMembers(world),
  contracts(world),
  occupants(world),
  repairs(world),
  complaints(world),
  householdRegister(world),
  migration(world),
  residencePermits(world),
  marriages(world),
  minimumLiving(world),
  lowIncome(world),
  destituteSupport(world),
  ownership(world),
  netSignedContracts(world),
  otherBenefits(world),
  directManagedHousing(world),
  ...contributionAccounts(world),
];
const streamsOf = (world: World): Stream[] => [
  rentDue(world),
  rentPaid(world),
  subsidyDue(world),
  subsidyPaid(world),
  ...contributionPayments(world),
];

/** What came to the city later, each drawn from a stream of its own: delivered once, or twice where money moves. */
function laterTables(world: World, books: FundBooks): { table: Table; moves: boolean }[] {
  const facilities = makeFacilities(world);
  const once = (table: Table) => ({ table, moves: false });
  const twice = (table: Table) => ({ table, moves: true });
  return [
    once(fundInstitutions(world, books)),
    once(fundAreas(books)),
    once(fundBuildings(books)),
    once(fundUnits(books)),
    once(fundDwellings(world, books)),
    once(fundOwners(world, books)),
    once(fundParts(world, books)),
    twice(fundAccounts(books)),
    twice(fundDeposits(books)),
    once(fundUses(world, books)),
    once(fundVotes(books)),
    once(fundPayments(world, books)),
    once(fundYields(books)),
    twice(fundEntries(books)),
    once(pmEquipment(world, facilities)),
    once(pmInspections(world, facilities)),
    once(pmMaintenance(world, facilities)),
    twice(pmIncidents(world, facilities)),
    once(pmEnergy(world)),
    ...ecologyTables(makeEcology(world)).map(twice),
    twice(breachReports(world)),
  ];
}

/** The deliveries of a table: everything, then one or two with what changed, at the agency's pace. */
function deliveryDays(dataset: Dataset, { firstDay, lastDay }: CitySize): number[] {
  switch (dataset.cadence) {
    case 'daily':
      return [lastDay - 2, lastDay - 1, lastDay];
    case 'weekly':
      return [lastDay - 14, lastDay - 7, lastDay];
    case 'monthly':
      return [firstDayOf(monthOf(lastDay)) - 1, lastDay];
    case 'irregular':
      return [firstDay];
  }
}

/** Data sets whose second file is sent twice, and append sets with a late file. */
const RESENT = new Set(['property.net_signed_contract', 'operations.contract', 'police.migration']);
const STREAM_FAULTS: Record<string, Pick<StreamOptions, 'resentMonth' | 'late'>> = {
  'operations.rent_paid': { late: { monthsBack: 2, every: 40 } },
  'operations.subsidy_due': { resentMonth: 1 },
  'social_insurance.enterprise_payment': { late: { monthsBack: 1, every: 60 } },
};

/**
 * Makes the city of `seed` at `scale` under `home` and writes every data set but Anju's own. The same options make the same
 * bytes. Refuses (`conflict`) an inbox that holds deliveries already: two cities in one inbox would be neither.
 */
export async function makeCity(options: CityOptions): Promise<CityReport> {
  const started = performance.now();
  const size = sizeOf(options);
  const inbox = join(options.home, 'inbox');
  if (existsSync(inbox) && readdirSync(inbox).length > 0) {
    throw new AppError('conflict', `${inbox} is not empty`, {
      where: { directory: inbox },
      fix: 'Choose another home, or empty the inbox first.',
    });
  }
  const truth = new Truth(join(options.home, 'truth'));
  const outbox: Outbox = { inbox, seed: options.seed, truth, files: [] };
  const world = makeWorld(size);
  const done = (dataset: string): void => {
    const files = outbox.files.filter((f) => f.dataset === dataset);
    options.onProgress?.({
      dataset,
      files: files.length,
      rows: files.reduce((n, f) => n + f.rows, 0),
      seconds: (performance.now() - started) / 1000,
    });
  };

  for (const table of tablesOf(world)) {
    const id = datasetId(table.dataset);
    await deliverTable(outbox, table, deliveryDays(table.dataset, size), RESENT.has(id));
    done(id);
  }
  for (const stream of streamsOf(world)) {
    const id = datasetId(stream.dataset);
    await deliverStream(outbox, stream, {
      firstDay: size.firstDay,
      lastDay: size.lastDay,
      ...STREAM_FAULTS[id],
    });
    done(id);
  }
  const meterFaults = await deliverMeters(outbox, world, done);
  await deliverDoors(outbox, world);
  done('access_control.door_event');
  const books = makeFundBooks(world);
  for (const { table, moves } of laterTables(world, books)) {
    const days = moves ? [firstDayOf(monthOf(size.lastDay)) - 1, size.lastDay] : [size.lastDay];
    await deliverTable(outbox, table, days);
    done(datasetId(table.dataset));
  }
  truth.table('maintenance-fund.csv', FUND_COLUMNS, fundFindings(books, size.lastDay));
  writeCityTruth(truth, world, books, meterFaults);
  truth.close();
  return { files: outbox.files, seconds: (performance.now() - started) / 1000 };
}
