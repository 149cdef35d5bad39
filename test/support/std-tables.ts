import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { elementNamed } from '../../domain/elements/index.ts';
import { tableName, type Dataset } from '../../ingestion/contract.ts';
import { datasets } from '../../ingestion/contracts/index.ts';
import { ensureRawTables } from '../../ingestion/generate/raw-table.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';

/**
 * The base entities on rows written by hand: the dbt project as it is, with each standardising model replaced by a view
 * of a table the test fills, or by a copy of it (`tables`). What a standardising model does to a delivered file is tested where it is generated.
 */
export async function baseProjectOnHandMadeRows(
  directory: string,
  options: { withMarts?: boolean; tables?: readonly string[] } = {},
): Promise<void> {
  await cp(new URL('../../models', import.meta.url).pathname, directory, { recursive: true });
  const generated = join(directory, 'base', 'generated');
  await rm(generated, { recursive: true, force: true });
  if (!options.withMarts) await rm(join(directory, 'marts'), { recursive: true, force: true });
  await mkdir(generated);
  const tables = datasets.map((dataset) => `      - name: ${stdName(dataset)}`);
  const ours = datasets
    .filter((dataset) => dataset.source === 'anju')
    .map((dataset) => `      - name: ${tableName(dataset)}`);
  await writeFile(
    join(generated, '_sources.yml'),
    [
      'version: 2',
      'sources:',
      '  - name: delivered',
      '    tables:',
      ...tables,
      '  - name: raw',
      '    tables:',
      ...ours,
      '  - name: meta',
      '    tables:',
      '      - name: quarantine',
      '',
    ].join('\n'),
  );
  for (const dataset of datasets) {
    const kind = options.tables?.includes(stdName(dataset)) ? 'table' : 'view';
    const text = `{{ config(materialized='${kind}') }}\nselect * from {{ source('delivered', '${stdName(dataset)}') }}\n`;
    await writeFile(join(generated, `${stdName(dataset)}.sql`), text);
  }
}

/** A value of a standard column: '' and null are "missing", as in the standardising models. */
export type StdRow = Record<string, string | number | null>;

const stdName = (dataset: Dataset): string => `std_${tableName(dataset)}`;
const hasVersions = (dataset: Dataset): boolean => dataset.load.strategy !== 'append';

function columnsOf(dataset: Dataset): Map<string, string> {
  const columns = new Map(dataset.fields.map((field) => [field.name, elementNamed(field.element).type]));
  // The same key has the same hash in every data set, as in landing.
  const key = dataset.key.map((name) => `toString(${identifier(name)})`).join(", '\\0', ");
  columns.set('_key_hash', `UInt128 DEFAULT reinterpretAsUInt128(sipHash128(concat(${key})))`);
  columns.set('_defects', 'Array(String)').set('_batch_id', 'UInt64').set('_row_no', 'UInt64');
  columns.set('_business_date', 'Date');
  if (hasVersions(dataset)) {
    columns.set('valid_from', 'Date32').set('valid_to', 'Date32').set('is_current', 'UInt8');
    columns.set('is_deleted', 'UInt8').set('_version_hash', 'UInt64 DEFAULT _row_no');
    columns.set('known_from', "DateTime64(3, 'UTC') DEFAULT '2026-01-01 00:00:00'");
    columns.set('known_to', "DateTime64(3, 'UTC') DEFAULT '2299-12-31 00:00:00'");
  }
  return columns;
}

/** One empty table a contract, typed as its standardising model is; and the raw tables. */
export async function createStdTables(warehouse: Warehouse): Promise<void> {
  await ensureRawTables(warehouse);
  await warehouse.run('CREATE DATABASE IF NOT EXISTS delivered');
  for (const dataset of datasets) {
    const columns = [...columnsOf(dataset)].map(([name, type]) => `${identifier(name)} ${type}`);
    await warehouse.run(
      `CREATE TABLE delivered.${stdName(dataset)} (${columns.join(', ')}) ENGINE = MergeTree ORDER BY tuple()`,
    );
  }
}

function datasetOf(id: string): (typeof datasets)[number] {
  const dataset = datasets.find((each) => `${each.source}.${each.dataset}` === id);
  if (!dataset) throw new Error(`there is no data set ${id}`);
  return dataset;
}

/** Adds rows as one batch; columns not named stay missing, versions are current unless the row says otherwise. */
export async function deliverStd(
  warehouse: Warehouse,
  id: string,
  batch: number,
  rows: StdRow[],
): Promise<void> {
  const dataset = datasetOf(id);
  const known = columnsOf(dataset);
  const alike = new Map<string, string[]>();
  for (const [index, row] of rows.entries()) {
    const whole: StdRow = {
      _batch_id: batch,
      _row_no: index + 1,
      ...(hasVersions(dataset) && { valid_from: '2026-01-01', valid_to: '2299-12-31', is_current: 1 }),
      ...row,
    };
    for (const name of Object.keys(whole))
      if (!known.has(name)) throw new Error(`${id} has no field ${name}`);
    const names = Object.keys(whole).map(identifier).join(', ');
    const values = Object.entries(whole).map(([name, value]) => sqlValue(value, known.get(name) ?? ''));
    alike.set(names, [...(alike.get(names) ?? []), `SELECT ${values.join(', ')}`]);
  }
  for (const [names, selects] of alike) {
    for (let start = 0; start < selects.length; start += ROWS_A_STATEMENT) {
      const some = selects.slice(start, start + ROWS_A_STATEMENT).join(' UNION ALL ');
      await warehouse.run(`INSERT INTO delivered.${stdName(dataset)} (${names}) ${some}`);
    }
  }
  if (dataset.source === 'anju') {
    // What our own store tells is in raw whatever becomes of it.
    await warehouse.run(
      `INSERT INTO raw.${tableName(dataset)} (_op, _key_hash, _batch_id)
       SELECT 'Insert', _key_hash, _batch_id FROM delivered.${stdName(dataset)} WHERE _batch_id = ${batch}`,
    );
  }
}

/** Changes rows delivered before, as their table in the engine holds them: `assignment` says which and to what. */
export const changeStd = (warehouse: Warehouse, id: string, assignment: string): Promise<void> =>
  warehouse.run(
    `ALTER TABLE delivered.${stdName(datasetOf(id))} UPDATE ${assignment} SETTINGS mutations_sync = 1`,
  );

const ROWS_A_STATEMENT = 50;
const sqlValue = (value: string | number | null, type: string): string =>
  value === null ? 'NULL' : `CAST(${literal(String(value))}, ${literal(type.split(' DEFAULT ')[0] ?? type)})`;
