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

/** Attributes of base.person that have a source of their own; `*` is all of them. */
export const ATTRIBUTES = [
  '*',
  'person_name',
  'sex_code',
  'birth_date',
  'ethnicity_code',
  'phone',
  'marital_status',
  'employer',
] as const;

export const entrySchema = z.strictObject({
  source: z.string().regex(/^(id_number|[a-z][a-z0-9_]*[.][a-z][a-z0-9_]*)$/, 'must be source.dataset'),
  attribute: z.enum(ATTRIBUTES).default('*'),
  /** Lowest first. */
  priority: z.number().int().min(1).max(9999),
  reason: z.string().trim().min(1).max(200),
});
export type Entry = z.output<typeof entrySchema>;
export const entriesSchema = z
  .array(entrySchema)
  .max(500)
  .refine(
    (entries) =>
      new Set(entries.map(({ source, attribute }) => `${source} ${attribute}`)).size === entries.length,
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

/** Persons whose value would change, by attribute. */
export interface PriorityTrial {
  against: number;
  persons: number;
  changes: { attribute: string; persons: number }[];
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

/** What is active; empty where nobody decided otherwise than shipped. */
export async function activePriority(
  store: OperationalStore,
): Promise<{ version: number; entries: Entry[] }> {
  const active = (await storedPriorities(store)).find(({ state }) => state === 'active');
  return { version: active?.version ?? 0, entries: active?.entries ?? [] };
}

export const prioritySeeds = async (store: OperationalStore): Promise<GeneratedFile[]> =>
  seedsOf((await activePriority(store)).entries);

/** The two seeds with these entries over the shipped ones; none where there are no entries. */
export async function seedsOf(entries: readonly Entry[]): Promise<GeneratedFile[]> {
  if (entries.length === 0) return [];
  const shipped = await shippedPriorities();
  const all = new Map(shipped.map((each) => [each.source, each]));
  for (const entry of entries) if (entry.attribute === '*') all.set(entry.source, entry);
  const own = entries.filter(({ attribute }) => attribute !== '*');
  return [
    {
      path: 'seeds/source_priority.csv',
      content: csv(
        ['source_dataset', 'priority', 'reason'],
        [...all.values()].map((one) => [one.source, String(one.priority), one.reason]),
      ),
    },
    {
      path: 'seeds/source_priority_attribute.csv',
      content: csv(
        ['source_dataset', 'attribute', 'priority', 'reason'],
        own.map((one) => [one.source, one.attribute, String(one.priority), one.reason]),
      ),
    },
  ];
}

/** The order the repository ships. */
export async function shippedPriorities(): Promise<Entry[]> {
  const text = await readFile(join(MODELS_DIRECTORY, 'seeds', 'source_priority.csv'), 'utf8');
  return csvRecords(text, ',')
    .slice(1)
    .map(({ fields: [source = '', priority = '', reason = ''] }) => ({
      source,
      attribute: '*' as const,
      priority: Number(priority),
      reason,
    }));
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
  for (const { source } of entries) {
    if (source !== 'id_number' && !isSource(source)) refuse(`There is no data set ${source}.`);
    if (!shipped.some((each) => each.source === source)) refuse(`${source} says nothing about persons.`);
  }
  const order = new Map(shipped.map((each) => [each.source, each.priority]));
  for (const { source, attribute, priority } of entries) if (attribute === '*') order.set(source, priority);
  const byRank = new Map<number, string>();
  for (const [source, priority] of order) {
    const other = byRank.get(priority);
    if (other !== undefined) refuse(`${source} and ${other} would both have priority ${priority}.`);
    byRank.set(priority, source);
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
