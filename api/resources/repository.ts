import { randomInt } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { AppError } from '../../domain/errors.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Database } from '../../warehouse/operational/tables.ts';
import type { ResourceRecord } from '../../warehouse/operational/tables/resources.ts';
import type { ResourceDefinition } from './definition.ts';

export interface Resource {
  key: string;
  version: number;
  record: ResourceRecord;
  updatedAt: Date;
  updatedBy: string;
}

export interface ResourceVersion {
  version: number;
  operation: 'I' | 'U' | 'D';
  record: ResourceRecord;
  changedAt: Date;
  changedBy: string;
  reason: string;
}

export interface ListFilter {
  state?: string;
  /** Prefix of the number, or of the person's name. */
  search?: string;
  /** Division code; everything below it. */
  division?: string;
  after?: string;
  limit: number;
}

interface Change {
  user: string;
  reason: string;
  /** Division the person is confined to: what lies outside is not there for them. */
  scope?: string;
}

/** The entities of one kind as they stand, in order of their number; one page. */
export async function listResources(
  store: OperationalStore,
  definition: ResourceDefinition,
  filter: ListFilter,
): Promise<Resource[]> {
  let query = store.db
    .selectFrom('resource')
    .selectAll()
    .where('entity', '=', definition.entity)
    .where('is_deleted', '=', false)
    .orderBy('key')
    .limit(filter.limit);
  if (filter.after !== undefined) query = query.where('key', '>', filter.after);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.division !== undefined) query = query.where('division', 'like', likePrefix(filter.division));
  if (filter.search !== undefined) {
    const prefix = likePrefix(filter.search);
    query = query.where((where) =>
      where.or([where('key', 'like', prefix), where('person_name', 'like', prefix)]),
    );
  }
  return (await query.execute()).map(toResource);
}

export async function findResource(
  store: OperationalStore,
  definition: ResourceDefinition,
  key: string,
  scope = '',
): Promise<Resource> {
  const row = await store.db
    .selectFrom('resource')
    .selectAll()
    .where('entity', '=', definition.entity)
    .where('key', '=', key)
    .where('division', 'like', likePrefix(scope))
    .where('is_deleted', '=', false)
    .executeTakeFirst();
  if (row === undefined) throw notFound(definition, key);
  return toResource(row);
}

/** Every version, oldest first; a deleted entity keeps its history. */
export async function historyOf(
  store: OperationalStore,
  definition: ResourceDefinition,
  key: string,
  scope = '',
): Promise<ResourceVersion[]> {
  const rows = await store.db
    .selectFrom('resource_change as change')
    .innerJoin('resource', (join) =>
      join.onRef('resource.entity', '=', 'change.entity').onRef('resource.key', '=', 'change.key'),
    )
    .selectAll('change')
    .where('change.entity', '=', definition.entity)
    .where('change.key', '=', key)
    .where('resource.division', 'like', likePrefix(scope))
    .orderBy('change.version')
    .execute();
  if (rows.length === 0) throw notFound(definition, key);
  return rows.map((row) => ({
    version: row.version,
    operation: row.operation,
    record: row.record,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
    reason: row.reason,
  }));
}

/** Adds an entity; makes its number when the record has none. `conflict` when the number is taken. */
export async function createResource(
  store: OperationalStore,
  definition: ResourceDefinition,
  given: ResourceRecord,
  change: Change,
): Promise<Resource> {
  const key = given[definition.key] || makeNumber(definition);
  const record = { ...given, [definition.key]: key };
  return store.db.transaction().execute(async (trx) => {
    const row = await trx
      .insertInto('resource')
      .values({
        entity: definition.entity,
        key,
        version: 1,
        record: JSON.stringify(record),
        ...searchColumns(definition, record),
        updated_by: change.user,
      })
      .onConflict((conflict) => conflict.columns(['entity', 'key']).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row === undefined)
      throw new AppError('conflict', `The number ${key} exists already.`, {
        where: { field: definition.key },
        fix: 'Open it, or leave the number empty to have one made.',
      });
    await logChange(trx, definition, { key, version: 1, operation: 'I', record }, change);
    return toResource(row);
  });
}

/** Replaces the record if nobody changed it since `version` (`conflict` otherwise) and the state may go where it goes. */
export async function updateResource(
  store: OperationalStore,
  definition: ResourceDefinition,
  key: string,
  version: number,
  record: ResourceRecord,
  change: Change,
): Promise<Resource> {
  return store.db.transaction().execute(async (trx) => {
    const current = await lockCurrent(trx, definition, key, version, change.scope);
    checkTransition(definition, current.record, record);
    const row = await trx
      .updateTable('resource')
      .set({
        version: version + 1,
        record: JSON.stringify(record),
        ...searchColumns(definition, record),
        updated_by: change.user,
        updated_at: new Date(),
      })
      .where('entity', '=', definition.entity)
      .where('key', '=', key)
      .returningAll()
      .executeTakeFirstOrThrow();
    await logChange(trx, definition, { key, version: version + 1, operation: 'U', record }, change);
    return toResource(row);
  });
}

/** Takes the entity out of every list; its history stays. */
export async function deleteResource(
  store: OperationalStore,
  definition: ResourceDefinition,
  key: string,
  version: number,
  change: Change,
): Promise<void> {
  await store.db.transaction().execute(async (trx) => {
    const current = await lockCurrent(trx, definition, key, version, change.scope);
    await trx
      .updateTable('resource')
      .set({ version: version + 1, is_deleted: true, updated_by: change.user, updated_at: new Date() })
      .where('entity', '=', definition.entity)
      .where('key', '=', key)
      .execute();
    await logChange(
      trx,
      definition,
      { key, version: version + 1, operation: 'D', record: current.record },
      change,
    );
  });
}

async function lockCurrent(
  trx: Transaction<Database>,
  definition: ResourceDefinition,
  key: string,
  version: number,
  scope = '',
) {
  const row = await trx
    .selectFrom('resource')
    .selectAll()
    .where('entity', '=', definition.entity)
    .where('key', '=', key)
    .where('division', 'like', likePrefix(scope))
    .where('is_deleted', '=', false)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound(definition, key);
  if (row.version !== version)
    throw new AppError('conflict', `${key} was changed meanwhile by ${row.updated_by}.`, {
      where: { version: row.version },
      fix: 'Load it again and repeat the change.',
    });
  return row;
}

function checkTransition(
  definition: ResourceDefinition,
  before: ResourceRecord,
  after: ResourceRecord,
): void {
  const from = before[definition.stateField] ?? '';
  const to = after[definition.stateField] ?? '';
  if (from === to || from === '') return;
  if (!(definition.transitions[from] ?? []).includes(to)) {
    throw new AppError(
      'conflict',
      `A ${definition.entity} that is ${from} cannot become ${to || 'nothing'}.`,
      {
        where: { field: definition.stateField },
        fix: `It may become ${definition.transitions[from]?.join(' or ') || 'nothing else'}.`,
      },
    );
  }
}

async function logChange(
  trx: Transaction<Database>,
  { entity }: ResourceDefinition,
  {
    record,
    ...version
  }: { key: string; version: number; operation: 'I' | 'U' | 'D'; record: ResourceRecord },
  { user, reason }: Change,
): Promise<void> {
  await trx
    .insertInto('resource_change')
    .values({ entity, ...version, origin: 'staff', record: JSON.stringify(record), changed_by: user, reason })
    .execute();
}

export const searchColumns = (definition: ResourceDefinition, record: ResourceRecord) => ({
  state: record[definition.stateField] ?? '',
  person_name: record[definition.nameField] ?? '',
  division: definition.divisionField === undefined ? '' : (record[definition.divisionField] ?? ''),
});

const toResource = (row: {
  key: string;
  version: number;
  record: ResourceRecord;
  updated_at: Date;
  updated_by: string;
}): Resource => ({
  key: row.key,
  version: row.version,
  record: row.record,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
});

const notFound = ({ entity }: ResourceDefinition, key: string) =>
  new AppError('not_found', `There is no ${entity} ${key}.`);

const likePrefix = (text: string) => sql<string>`${`${text.replaceAll(/[\\%_]/g, '\\$&')}%`}`;

/** `SQ20261031-4F7K2M`: the day in Shanghai and six characters that are not easily misread. */
function makeNumber({ numberPrefix }: ResourceDefinition): string {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' })
    .format(new Date())
    .replaceAll('-', '');
  const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
  return `${numberPrefix}${day}-${Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('')}`;
}
