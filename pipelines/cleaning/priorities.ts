/** Changing whose word counts first: drafted, tried on what we have, let in, taken back. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { homeProject } from '../home-project.ts';
import { ruleFiles } from './models.ts';
import {
  activePriority,
  checkEntries,
  type Entry,
  inForce,
  insertPriority,
  keepPriorityTrial,
  type PriorityTrial,
  seedsOf,
  shippedPriorities,
  storedPriorities,
  type StoredPriority,
  switchPriority,
} from './priority.ts';
import { ENTITIES, ENTITY_NAMES, type EntityName, type PriorityEntity } from './priority-entities.ts';
import { inScratch, type Scratch } from '../scratch.ts';
import type { By } from '../staff-rules/store.ts';
import { activeRules } from './store.ts';

export { entriesSchema, type Entry, type PriorityTrial, type StoredPriority } from './priority.ts';
export { ENTITY_NAMES } from './priority-entities.ts';

const orderOf = (entity: EntityName): number => ENTITY_NAMES.indexOf(entity);

/** The order in force: shipped, and over it what is active. */
export async function priorities(
  platform: Platform,
): Promise<{ entries: Entry[]; versions: StoredPriority[] }> {
  const { entries } = await activePriority(platform.store);
  return {
    entries: inForce(await shippedPriorities(), entries).toSorted(
      (a, b) => orderOf(a.entity) - orderOf(b.entity) || a.priority - b.priority,
    ),
    versions: await storedPriorities(platform.store),
  };
}

/** Writes a draft down; its entries take the place of all entries of the version active now. */
export async function draftPriority(platform: Platform, entries: Entry[], by: By): Promise<number> {
  const contracts = await contractsOf(platform.config);
  await checkEntries(entries, (id) => contracts.find(id) !== undefined);
  return insertPriority(platform.store, entries, by);
}

/** What would have another source's value, were this version active. @throws AppError `not_found`, `conflict` */
export async function tryPriority(platform: Platform, version: number): Promise<PriorityTrial> {
  const { entries } = await priorityOf(platform, version);
  const active = await activePriority(platform.store);
  const contracts = await contractsOf(platform.config);
  const rules = ruleFiles(await activeRules(platform.store), contracts);
  const project = await homeProject(contracts, [...rules, ...(await seedsOf(entries))]);
  // Entities neither order says anything of are as they are.
  const touched = ENTITY_NAMES.filter((name) =>
    [...entries, ...active.entries].some(({ entity }) => entity === name),
  );
  const models = touched.map((name) => ENTITIES[name].model);
  const entities = await inScratch(
    platform,
    project,
    ['source_priority', ...models],
    'none',
    async (scratch) => {
      const found: PriorityTrial['entities'] = [];
      for (const name of touched) found.push(await changesOf(platform, scratch, name));
      return found;
    },
  );
  const trial = { against: active.version, entities };
  await keepPriorityTrial(platform.store, version, trial);
  return trial;
}

async function changesOf(
  { warehouse }: Platform,
  scratch: Scratch,
  name: EntityName,
): Promise<PriorityTrial['entities'][number]> {
  const { model, key, attributes }: PriorityEntity = ENTITIES[name];
  const counts = Object.entries(attributes).map(([attribute, columns]) => {
    const differs = columns.map((one) => `old.${identifier(one)} IS DISTINCT FROM new.${identifier(one)}`);
    return `toUInt32(countIf(${differs.join(' OR ')})) AS ${identifier(attribute)}`;
  });
  const [row = {}] = await warehouse.rows(
    `SELECT toUInt32(count()) AS objects, ${counts.join(', ')}
     FROM base.${identifier(model)} AS old INNER JOIN ${scratch.place(model)} AS new USING (${identifier(key)})`,
    z.record(z.string(), z.number()),
    { lane: 'batch', tag: 'priority try-out', maxSeconds: 300 },
  );
  return {
    ...{ entity: name, objects: row['objects'] ?? 0 },
    changes: Object.keys(attributes).map((attribute) => ({ attribute, objects: row[attribute] ?? 0 })),
  };
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
