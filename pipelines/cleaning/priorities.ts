/** Changing whose word counts first: drafted, tried on the persons we have, let in, taken back. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { homeProject } from '../home-project.ts';
import { ruleFiles } from './models.ts';
import {
  activePriority,
  ATTRIBUTES,
  checkEntries,
  type Entry,
  insertPriority,
  keepPriorityTrial,
  type PriorityTrial,
  seedsOf,
  shippedPriorities,
  storedPriorities,
  type StoredPriority,
  switchPriority,
} from './priority.ts';
import { inScratch } from '../scratch.ts';
import type { By } from '../staff-rules/store.ts';
import { activeRules } from './store.ts';

export { entriesSchema, type Entry, type StoredPriority } from './priority.ts';

/** Attributes of base.person and the columns that hold them. */
const COLUMNS = ATTRIBUTES.filter((name) => name !== '*');

/** The order in force: shipped, and over it what is active. */
export async function priorities(
  platform: Platform,
): Promise<{ entries: Entry[]; versions: StoredPriority[] }> {
  const { entries } = await activePriority(platform.store);
  const over = new Set(entries.map(({ source, attribute }) => `${source} ${attribute}`));
  const shipped = (await shippedPriorities()).filter(({ source }) => !over.has(`${source} *`));
  return {
    entries: [...shipped, ...entries].toSorted((a, b) => a.priority - b.priority),
    versions: await storedPriorities(platform.store),
  };
}

/** Writes a draft down; its entries take the place of all entries of the version active now. */
export async function draftPriority(platform: Platform, entries: Entry[], by: By): Promise<number> {
  const contracts = await contractsOf(platform.config);
  await checkEntries(entries, (id) => contracts.find(id) !== undefined);
  return insertPriority(platform.store, entries, by);
}

/** Persons whose values would be another source's, were this version active. @throws AppError `not_found`, `conflict` */
export async function tryPriority(platform: Platform, version: number): Promise<PriorityTrial> {
  const { entries } = await priorityOf(platform, version);
  const contracts = await contractsOf(platform.config);
  const rules = ruleFiles(await activeRules(platform.store), contracts);
  const project = await homeProject(contracts, [...rules, ...(await seedsOf(entries))]);
  const trial = await inScratch(
    platform,
    project,
    ['source_priority', 'source_priority_attribute', 'person'],
    'none',
    async (scratch) => {
      const counts = COLUMNS.map(
        (name) =>
          `toUInt32(countIf(old.${identifier(name)} IS DISTINCT FROM new.${identifier(name)})) AS ${identifier(name)}`,
      );
      const [row = {}] = await platform.warehouse.rows(
        `SELECT toUInt32(count()) AS persons, ${counts.join(', ')}
         FROM base.person AS old INNER JOIN ${scratch.place('person')} AS new ON old.person_id = new.person_id`,
        z.record(z.string(), z.number()),
        { lane: 'batch', tag: 'priority try-out', maxSeconds: 300 },
      );
      return {
        against: (await activePriority(platform.store)).version,
        persons: row['persons'] ?? 0,
        changes: COLUMNS.map((attribute) => ({ attribute, persons: row[attribute] ?? 0 })),
      };
    },
  );
  await keepPriorityTrial(platform.store, version, trial);
  return trial;
}

/** Lets a tried version decide from the next run on. @throws AppError `conflict` */
export async function activatePriority(platform: Platform, version: number): Promise<void> {
  const { state, trial } = await priorityOf(platform, version);
  if (state === 'tried' && trial?.against !== (await activePriority(platform.store)).version)
    throw new AppError('conflict', 'Another order has become active since this one was tried.', {
      fix: 'Try it again.',
    });
  await switchPriority(platform.store, version);
}

/** Back to the shipped order. */
export const retirePriority = (platform: Platform): Promise<void> =>
  switchPriority(platform.store, undefined);

async function priorityOf(platform: Platform, version: number): Promise<StoredPriority> {
  const found = (await storedPriorities(platform.store)).find((one) => one.version === version);
  if (found) return found;
  throw new AppError('not_found', `There is no version ${version} of the priorities.`);
}
