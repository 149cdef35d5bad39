/** Which source is believed first, attribute by attribute (002:121): the shipped order, and over it what staff decided. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { RuleState } from '../../warehouse/operational/tables/staff-rules.ts';
import { csvRecords, csvText as csv } from '../dbt/seed.ts';
import { MODELS_DIRECTORY } from '../models-directory.ts';
import type { By } from '../staff-rules/store.ts';
import { attributesOf, ENTITIES, ENTITY_NAMES, type EntityName } from './priority-entities.ts';

/** All attributes the data set speaks of. */
const ALL = '*';

export const entrySchema = z
  .strictObject({
    entity: z.enum(ENTITY_NAMES).default('person'),
    source: z.string().regex(/^(id_number|[a-z][a-z0-9_]*[.][a-z][a-z0-9_]*)$/, 'must be source.dataset'),
    /** An attribute of the entity (`ENTITIES`), or `*`: all the source speaks of. */
    attribute: z.string().default(ALL),
    /** Lowest first. */
    priority: z.number().int().min(1).max(9999),
    reason: z.string().trim().min(1).max(200),
  })
  .refine(({ entity, attribute }) => attribute === ALL || attributesOf(entity).includes(attribute), {
    path: ['attribute'],
    message: 'is no attribute of this entity that several sources speak of',
  });
export type Entry = z.output<typeof entrySchema>;
const keyOf = ({ entity, attribute, source }: Omit<Entry, 'priority' | 'reason'>): string =>
  `${entity} ${attribute} ${source}`;
export const entriesSchema = z
  .array(entrySchema)
  .max(500)
  .refine(
    (entries) => new Set(entries.map(keyOf)).size === entries.length,
    'names a source twice for one attribute',
  );

export interface StoredPriority {
  version: number;
  entries: Entry[];
  author: string;
  reason: string;
  createdAt: Date;
  state: RuleState;
  trial: PriorityTrial | null;
}

/** What would have another value, by entity and attribute; entities the order says nothing new of are left out. */
export interface PriorityTrial {
  /** The version active then; 0 for the shipped order. */
  against: number;
  entities: {
    entity: EntityName;
    /** Persons, dwellings … compared. */
    objects: number;
    changes: { attribute: string; objects: number }[];
  }[];
}

export async function storedPriorities(store: OperationalStore): Promise<StoredPriority[]> {
  const rows = await store.db.selectFrom('source_priority').selectAll().orderBy('version').execute();
  return rows.map(({ created_at, entries, trial, ...row }) => ({
    ...row,
    createdAt: created_at,
    entries: entriesSchema.parse(entries),
    trial: trial as PriorityTrial | null,
  }));
}

const SEED = 'seeds/source_priority.csv';

/** What is active; empty where nobody decided otherwise than shipped. */
export async function activePriority(
  store: OperationalStore,
): Promise<{ version: number; entries: Entry[] }> {
  const active = (await storedPriorities(store)).find(({ state }) => state === 'active');
  return { version: active?.version ?? 0, entries: active?.entries ?? [] };
}

export const prioritySeeds = async (store: OperationalStore): Promise<GeneratedFile[]> =>
  seedsOf((await activePriority(store)).entries);

/** The seed with these entries over the shipped ones; none where there are no entries. */
export async function seedsOf(entries: readonly Entry[]): Promise<GeneratedFile[]> {
  if (entries.length === 0) return [];
  return [
    {
      path: SEED,
      content: csv(
        ['entity', 'attribute', 'source_dataset', 'priority', 'reason'],
        inForce(await shippedPriorities(), entries).map((one) => [
          ...[one.entity, one.attribute, one.source, String(one.priority), one.reason],
        ]),
      ),
    },
  ];
}

/**
 * The order these entries make of the shipped one. What is said of one attribute stands over what is said of all (`*`). A row for all
 * attributes is kept as such where the shipped order has one (persons), else it is each attribute the source speaks of.
 */
export function inForce(shipped: readonly Entry[], entries: readonly Entry[]): Entry[] {
  const all = new Map(shipped.map((one) => [keyOf(one), one]));
  const [general, special] = [
    entries.filter(({ attribute }) => attribute === ALL),
    entries.filter(({ attribute }) => attribute !== ALL),
  ];
  for (const entry of general)
    for (const [key, one] of all)
      if (one.entity === entry.entity && one.source === entry.source)
        all.set(key, { ...entry, attribute: one.attribute });
  for (const entry of special) all.set(keyOf(entry), entry);
  return [...all.values()];
}

/** The order the repository ships. */
export async function shippedPriorities(): Promise<Entry[]> {
  const text = await readFile(join(MODELS_DIRECTORY, SEED), 'utf8');
  return csvRecords(text, ',')
    .slice(1)
    .map(({ fields: [entity = '', attribute = '', source = '', priority = '', reason = ''] }) =>
      entrySchema.parse({ entity, attribute, source, priority: Number(priority), reason }),
    );
}

/** @throws AppError `bad_request` when the entries contradict each other or name nobody */
export async function checkEntries(
  entries: readonly Entry[],
  isSource: (id: string) => boolean,
): Promise<void> {
  const refuse = (message: string): never => {
    throw new AppError('bad_request', message, { where: { field: 'entries' } });
  };
  const shipped = await shippedPriorities();
  for (const { entity, source, attribute } of entries) {
    if (source !== 'id_number' && !isSource(source)) refuse(`There is no data set ${source}.`);
    const spoken = shipped.filter((one) => one.entity === entity && one.source === source);
    if (spoken.length === 0) refuse(`${source} says nothing about ${ENTITIES[entity].model}s.`);
    // Of persons a data set's row is for all attributes: what it does not say, another says.
    if (attribute !== ALL && !spoken.some((one) => [ALL, attribute].includes(one.attribute)))
      refuse(`${source} says nothing about ${attribute} of ${ENTITIES[entity].model}s.`);
  }
  const byRank = new Map<string, string>();
  for (const { entity, source, attribute, priority } of inForce(shipped, entries)) {
    const rank = `${entity} ${attribute} ${priority}`;
    const other = byRank.get(rank);
    if (other !== undefined)
      refuse(
        `${source} and ${other} would both have priority ${priority}${attribute === ALL ? '' : ` for ${attribute}`}.`,
      );
    byRank.set(rank, source);
  }
}

export async function insertPriority(store: OperationalStore, entries: Entry[], by: By): Promise<number> {
  return store.db.transaction().execute(async (trx) => {
    const last = await trx
      .selectFrom('source_priority')
      .select((eb) => eb.fn.max('version').as('version'))
      .executeTakeFirst();
    const version = Number(last?.version ?? 0) + 1;
    await trx
      .insertInto('source_priority')
      .values({ version, entries: JSON.stringify(entries), author: by.user, reason: by.reason })
      .execute();
    return version;
  });
}

export async function keepPriorityTrial(
  store: OperationalStore,
  version: number,
  trial: PriorityTrial,
): Promise<void> {
  await store.db
    .updateTable('source_priority')
    .set({ trial: JSON.stringify(trial), state: 'tried' })
    .where('version', '=', version)
    .where('state', 'in', ['draft', 'tried'])
    .execute();
}

/** Retires what is active and, with a version, puts that in its place. */
export async function switchPriority(store: OperationalStore, version: number | undefined): Promise<void> {
  await store.db.transaction().execute(async (trx) => {
    await trx
      .updateTable('source_priority')
      .set({ state: 'retired' })
      .where('state', '=', 'active')
      .execute();
    if (version === undefined) return;
    const { numUpdatedRows } = await trx
      .updateTable('source_priority')
      .set({ state: 'active' })
      .where('version', '=', version)
      .where('state', '=', 'tried')
      .executeTakeFirst();
    if (numUpdatedRows === 0n)
      throw new AppError('conflict', `Version ${version} of the priorities has not been tried.`, {
        fix: 'Try it first.',
      });
  });
}
