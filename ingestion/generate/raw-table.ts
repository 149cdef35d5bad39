/** The raw tables: one a data set, the source's own columns as text and what landing knows about each row. */
import { z } from 'zod';
import { identifier, tableName as qualified } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { datasets } from '../contracts/index.ts';
import { type Dataset, datasetId, tableName } from '../contract.ts';

/**
 * Columns landing adds, in this order. `_defects` is a plain array of text: LowCardinality inside an array costs as much
 * time to sort as all else of an INSERT together.
 */
export const RAW_COLUMNS = [
  ['_op', "Enum8('Insert' = 1, 'Update' = 2, 'Delete' = 3)"],
  ['_loaded_at', "DateTime64(3, 'UTC')"],
  ['_batch_id', 'UInt64'],
  ['_row_no', 'UInt64'],
  ['_row_hash', 'UInt128'],
  ['_key_hash', 'UInt128'],
  ['_defects', 'Array(String)'],
  ['_business_date', 'Date'],
  // By which plain forms every text of the row is plain (`plain-rows.ts`); 0: by none, or nobody looked.
  ['_plain_as', 'UInt32'],
  // The change's number in its source, '' unless the row came from a change log: what was read once is known again.
  ['_change', 'String'],
] as const;

export const PLAIN_COLUMN = '_plain_as';

/** Names of those that say something of every row, in this order: `_change` is a change log's alone, and how a row is written is no news. */
export const ROW_COLUMNS: readonly string[] = RAW_COLUMNS.map(([name]) => name).filter(
  (name) => name !== '_change' && name !== PLAIN_COLUMN,
);

export const rawTable = (dataset: Dataset): string => qualified('raw', tableName(dataset));

const columnOf = (dataset: Dataset, name: string): string =>
  identifier(dataset.fields.find((field) => field.name === name)?.source ?? name);

/** DDL of `raw.<source>__<dataset>`. */
export function rawTableSql(dataset: Dataset): string {
  const columns = [
    ...dataset.fields.map((field) => `${identifier(field.source)} String`),
    ...RAW_COLUMNS.map(([name, type]) => `${name} ${type}`),
  ];
  const order = [...dataset.key.map((name) => columnOf(dataset, name)), '_batch_id', '_row_no'];
  return `CREATE TABLE IF NOT EXISTS ${rawTable(dataset)} (\n  ${columns.join(',\n  ')}\n) ENGINE = MergeTree PARTITION BY toYYYYMM(_loaded_at) ORDER BY (${order.join(', ')})`;
}

/** What a batch is prepared in before it is published; always of the raw table's present shape, so that parts can be attached. */
export const STAGES = ['new', 'final'] as const;
export type Stage = (typeof STAGES)[number];

export const stagingTable = (dataset: Dataset, stage: Stage): string =>
  qualified('raw_stage', `${tableName(dataset)}__${stage}`);

/**
 * What is staged lives for seconds: parts are merged, which takes a third of the INSERT's time again, only once they are raw's. Rows that
 * become one part anyway are staged in memory.
 */
export const stagingTableSql = (dataset: Dataset, stage: Stage, inMemory: boolean): string =>
  `CREATE OR REPLACE TABLE ${stagingTable(dataset, stage)} AS ${rawTable(dataset)}
   ${inMemory ? 'ENGINE = Memory' : 'SETTINGS max_bytes_to_merge_at_max_space_in_pool = 1, max_bytes_to_merge_at_min_space_in_pool = 1'}`;

/** Columns of the tables in raw, of warehouses open now: no other process makes or widens them, and nobody takes any away. */
const knownColumns = new WeakMap<Warehouse, Promise<Map<string, Set<string>>>>();

function columnsKnown(warehouse: Warehouse): Promise<Map<string, Set<string>>> {
  const known = knownColumns.get(warehouse) ?? readColumns(warehouse);
  knownColumns.set(warehouse, known);
  known.catch(() => knownColumns.delete(warehouse));
  return known;
}

async function readColumns(warehouse: Warehouse): Promise<Map<string, Set<string>>> {
  const present = await warehouse.rows(
    "SELECT table, groupArray(name) AS columns FROM system.columns WHERE database = 'raw' GROUP BY table",
    z.object({ table: z.string(), columns: z.array(z.string()) }),
    { lane: 'batch', tag: 'raw.ensure' },
  );
  return new Map(present.map((row) => [row.table, new Set(row.columns)]));
}

/**
 * Creates the raw tables that are missing and adds the columns contracts gained since.
 * A contract that lost a column keeps it in raw, empty from then on: raw never forgets.
 */
export async function ensureRawTables(
  warehouse: Warehouse,
  wanted: readonly Dataset[] = datasets,
): Promise<void> {
  const options = { lane: 'batch', tag: 'raw.ensure' } as const;
  const tables = await columnsKnown(warehouse);
  for (const dataset of wanted) {
    const columns = [...dataset.fields.map(({ source }) => source), ...RAW_COLUMNS.map(([name]) => name)];
    const known = tables.get(tableName(dataset));
    if (!known) {
      await warehouse.run(rawTableSql(dataset), { ...options, tag: `raw.create ${datasetId(dataset)}` });
      tables.set(tableName(dataset), new Set(columns));
      continue;
    }
    if (columns.every((name) => known.has(name))) continue;
    const added = [
      ...dataset.fields
        .filter((field) => !known.has(field.source))
        .map((field) => `ADD COLUMN IF NOT EXISTS ${identifier(field.source)} String FIRST`),
      ...RAW_COLUMNS.filter(([name]) => !known.has(name)).map(
        ([name, type]) => `ADD COLUMN IF NOT EXISTS ${name} ${type}`,
      ),
    ];
    await warehouse.run(`ALTER TABLE ${rawTable(dataset)} ${added.join(', ')}`, {
      ...options,
      tag: `raw.widen ${datasetId(dataset)}`,
    });
    columns.forEach((name) => known.add(name));
  }
}
