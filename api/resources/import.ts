import { sql } from 'kysely';
import { z } from 'zod';
import { fieldElement } from '../../ingestion/generate/field-element.ts';
import type { Field } from '../../ingestion/contract.ts';
import { tableName as datasetTable } from '../../ingestion/contract.ts';
import { identifier, literal, tableName } from '../../warehouse/engine/sql.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { ResourceEntity } from '../../warehouse/operational/tables/resources.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type ResourceDefinition, resourceDefinitions } from './definition.ts';

const ROWS_A_STATEMENT = 2000;
const options = { lane: 'batch', tag: 'resources-import' } as const;

/** How many entities of each kind were added; 0 when there was nothing new. */
export type ImportedResources = Record<ResourceEntity, number>;

/**
 * Gives staff the cases the business system has: copies those not here yet from the base layer as version 1. The base
 * layer knows them already, so they are marked `import` and the pipeline does not read them back. Only rows of batches
 * landed since the last time are looked at; what staff have made or changed is never touched. Repeatable at any point.
 */
export async function importResources(platform: Platform): Promise<ImportedResources> {
  const imported: ImportedResources = { application: 0, contract: 0, complaint: 0, breach_report: 0 };
  for (const definition of resourceDefinitions)
    imported[definition.entity] = await importEntity(platform, definition);
  return imported;
}

async function importEntity({ store, warehouse, log }: Platform, definition: ResourceDefinition) {
  const { entity, dataset } = definition;
  const source = tableName('base', `std_${datasetTable(dataset)}`);
  // A run of chosen models may not have built it yet.
  const exists = await warehouse.value(
    'SELECT count() FROM system.tables WHERE database = {database:String} AND name = {name:String}',
    z.coerce.number(),
    {
      ...options,
      params: { database: 'base', name: `std_${datasetTable(dataset)}` },
    },
  );
  if (exists === 0) return 0;
  const before = await store.db
    .selectFrom('resource_import')
    .select('last_batch_id')
    .where('entity', '=', entity)
    .executeTakeFirst();
  const since = before?.last_batch_id ?? 0;
  const upTo = Number(await warehouse.value(`SELECT max(_batch_id) FROM ${source}`, z.string(), options));
  if (upTo <= since) return 0;
  let added = 0;
  const rows = warehouse.bytes(selectOf(definition, source), 'JSONEachRow', {
    ...options,
    params: { since, up_to: upTo },
  });
  for await (const lines of groupsOfLines(rows, ROWS_A_STATEMENT))
    added += await insertRows(store, entity, `[${lines.join(',')}]`);
  await store.db
    .insertInto('resource_import')
    .values({ entity, last_batch_id: upTo, rows: added })
    .onConflict((conflict) =>
      conflict.column('entity').doUpdateSet((set) => ({
        last_batch_id: set.ref('excluded.last_batch_id'),
        rows: sql<number>`resource_import.rows + excluded.rows`,
        imported_at: new Date(),
      })),
    )
    .execute();
  log.info({ entity, added }, 'cases of the business system copied for staff');
  return added;
}

/** One row an entity: its number, its record as a JSON object of texts, and what lists search by. */
function selectOf(
  { dataset, key, stateField, nameField, divisionField }: ResourceDefinition,
  source: string,
) {
  const text = (name: string | undefined) => {
    const field = dataset.fields.find((one) => one.name === name);
    return field === undefined ? "''" : canonicalSql(field);
  };
  const record = dataset.fields.flatMap((field) => [literal(field.name), canonicalSql(field)]);
  return `SELECT ${text(key)} AS key, map(${record.join(', ')}) AS record, ${text(stateField)} AS state,
                 ${text(nameField)} AS person_name, ${text(divisionField)} AS division
          FROM ${source} AS source
          WHERE is_current = 1 AND ${text(key)} != '' AND _batch_id > {since:UInt64} AND _batch_id <= {up_to:UInt64}
          ORDER BY key`;
}

/**
 * A standard value as the canonical text of its field (`definition.ts`): instants carry China's offset. A NUL, which
 * PostgreSQL cannot hold, goes.
 */
function canonicalSql(field: Field): string {
  const column = `source.${identifier(field.name)}`;
  const text = fieldElement(field).type.includes('DateTime64')
    ? `concat(toString(addHours(${column}, 8)), '+08:00')`
    : `toString(${column})`;
  return `replaceAll(ifNull(${text}, ''), char(0), '')`;
}

/** Both tables in one statement; a number that is here already is left as it is. Gives the number of new ones. */
async function insertRows(store: OperationalStore, entity: ResourceEntity, rows: string): Promise<number> {
  const result = await sql<{ key: string }>`
    with added as (
      insert into resource (entity, key, version, record, state, person_name, division, updated_by)
      select ${entity}, key, 1, record, state, person_name, division, 'import'
      from jsonb_to_recordset(${rows}::jsonb) as given(key text, record jsonb, state text, person_name text, division text)
      on conflict (entity, key) do nothing
      returning key, record
    )
    insert into resource_change (entity, key, version, operation, origin, record, changed_by)
    select ${entity}, key, 1, 'I', 'import', record, 'import' from added
    returning key`.execute(store.db);
  return result.rows.length;
}

async function* groupsOfLines(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  let lines: string[] = [];
  for await (const chunk of bytes) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      if (lines.length === size) {
        yield lines;
        lines = [];
      }
    }
  }
  if (rest !== '') lines.push(rest);
  if (lines.length > 0) yield lines;
}
