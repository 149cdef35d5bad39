/**
 * Builds a model beside its published table, in `<database>__build`, and publishes it in one step. Until that step the
 * published table is untouched: a kill at any moment leaves it whole, and what it left behind is dropped by the next build.
 */
import { z } from 'zod';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { QueryOptions, Warehouse } from '../../warehouse/engine/warehouse.ts';
import { followsOf } from './follows.ts';
import { type Passes, takenAnew } from './passes.ts';
import { insertSeed, seedColumns } from './seed.ts';
import {
  asideRelation,
  buildRelation,
  contentOf,
  freshRelation,
  KEPT_HASH,
  leavingRelation,
  rowHashSql,
  relationSql,
  touchedRelation,
} from './sql.ts';
import type { Node, Relation } from './types.ts';

export const buildOptions = (node: Node) => ({ lane: 'batch' as const, tag: `build ${node.name}` });

/** Makes the databases of these models and drops what an earlier run left in the build databases. */
export async function prepareBuild(warehouse: Warehouse, nodes: Node[]): Promise<void> {
  const databases = [...new Set(nodes.map((node) => node.relation.database))];
  const builds = databases.map((database) => buildRelation({ database, name: '' }).database);
  const known = await warehouse.rows('SELECT name FROM system.databases', z.object({ name: z.string() }), {
    lane: 'batch',
    tag: 'prepare build',
  });
  const missing = [...databases, ...builds].filter((database) =>
    known.every(({ name }) => name !== database),
  );
  for (const database of missing) {
    await warehouse.run(`CREATE DATABASE IF NOT EXISTS ${identifier(database)}`, {
      lane: 'batch',
      tag: 'prepare build',
    });
  }
  const left = await warehouse.rows(
    'SELECT database, name FROM system.tables WHERE database IN {builds:Array(String)}',
    z.object({ database: z.string(), name: z.string() }),
    { lane: 'batch', params: { builds }, tag: 'prepare build' },
  );
  await dropAll(warehouse, { lane: 'batch', tag: 'prepare build' }, left);
}

/** One statement for all: each costs as much as dropping does. */
async function dropAll(
  warehouse: Warehouse,
  options: QueryOptions,
  relations: readonly Relation[],
): Promise<void> {
  if (relations.length === 0) return;
  await warehouse.run(`DROP TABLE IF EXISTS ${relations.map(relationSql).join(', ')}`, options);
}

/**
 * Builds the model's relation in the build database from nothing. Each pass is a SELECT of rows of its own (none for a seed).
 * @param isShaped the published table has the columns these give: the new one is made like it
 */
export async function buildWhole(
  warehouse: Warehouse,
  node: Node,
  passes: Passes,
  isShaped = false,
): Promise<void> {
  const target = buildRelation(node.relation);
  const [sql = '', ...further] = passes.selects;
  if (node.config.materialized === 'view') {
    await warehouse.run(
      `CREATE VIEW ${relationSql(target)} AS\n${sql}${querySettings(node)}`,
      buildOptions(node),
    );
  } else if (node.kind === 'seed') {
    const columns = seedColumns(node).map((column) => `${identifier(column.name)} ${column.type}`);
    await warehouse.run(
      `CREATE TABLE ${relationSql(target)} (${columns.join(', ')})\n${storage(node)}`,
      buildOptions(node),
    );
    await insertSeed(warehouse, node, target);
  } else if (isShaped) {
    await createLike(warehouse, node, target);
    await insertAll(warehouse, node, target, passes.selects);
  } else if (contentOf(node).isKept) {
    await createKept(warehouse, node, target, sql);
  } else {
    await createTable(warehouse, node, target, sql);
    await insertAll(warehouse, node, target, further);
  }
  if (passes.aside) await dropAll(warehouse, buildOptions(node), [passes.aside]);
}

/** Puts the built relation in the place of the published one, with `comment` telling what it was built from. */
export async function publish(
  warehouse: Warehouse,
  node: Node,
  comment: string,
  hasOld: boolean,
): Promise<void> {
  const built = relationSql(buildRelation(node.relation));
  const place = relationSql(node.relation);
  await warehouse.run(`ALTER TABLE ${built} MODIFY COMMENT ${literal(comment)}`, buildOptions(node));
  if (hasOld) await warehouse.run(`EXCHANGE TABLES ${built} AND ${place}`, buildOptions(node));
  else await warehouse.run(`RENAME TABLE ${built} TO ${place}`, buildOptions(node));
  // What is left under the build's name is the old table (and an increment's own rows).
  if (hasOld) await drop(warehouse, node);
}

/** Of a table that says what it should: tells what it follows from now. */
export function restamp(warehouse: Warehouse, node: Node, comment: string): Promise<void> {
  const place = relationSql(node.relation);
  return warehouse.run(`ALTER TABLE ${place} MODIFY COMMENT ${literal(comment)}`, buildOptions(node));
}

/** Drops what a build made or left behind. */
export async function drop(warehouse: Warehouse, node: Node): Promise<void> {
  const { relation: place } = node;
  const follows = followsOf(node);
  const asides = Object.values(follows?.inputs ?? {}).flatMap((input, at) =>
    input.kind === 'sql' && input.aside !== undefined ? [asideRelation(place, at)] : [],
  );
  const mayGrow = follows !== undefined || node.config.materialized === 'incremental';
  await dropAll(warehouse, buildOptions(node), [
    buildRelation(place),
    ...(mayGrow ? [freshRelation(place), leavingRelation(place)] : []),
    ...(follows ? asides : []),
    ...(follows || takenAnew(node) ? [touchedRelation(place)] : []),
    ...(node.config.meta['passes'] === true ? [asideRelation(place, 0)] : []),
  ]);
}

/** An empty table with the columns and the storage of the published one. */
export const createLike = (warehouse: Warehouse, node: Node, target: Relation): Promise<void> =>
  warehouse.run(`CREATE TABLE ${relationSql(target)} AS ${relationSql(node.relation)}`, buildOptions(node));

/** Adds the rows of each query. */
export async function insertAll(
  warehouse: Warehouse,
  node: Node,
  target: Relation,
  selects: readonly string[],
): Promise<void> {
  for (const sql of selects) {
    await warehouse.run(
      `INSERT INTO ${relationSql(target)}\n${sql}${querySettings(node)}`,
      buildOptions(node),
    );
  }
}

/** Of a large table whose rows are measured again and again, each row's hash is kept: summing it reads one column. */
async function createKept(warehouse: Warehouse, node: Node, target: Relation, sql: string): Promise<void> {
  const options = buildOptions(node);
  const place = relationSql(target);
  await warehouse.run(
    `CREATE TABLE ${place}\n${storage(node)}\nEMPTY AS\n${sql}${querySettings(node)}`,
    options,
  );
  const columns = await columnsOf(warehouse, target);
  await warehouse.run(
    `ALTER TABLE ${place} ADD COLUMN ${KEPT_HASH} UInt64 MATERIALIZED ${rowHashSql(columns.map(({ name }) => identifier(name)).join(', '))}`,
    options,
  );
  await insertAll(warehouse, node, target, [sql]);
}

export async function createTable(
  warehouse: Warehouse,
  node: Node,
  target: Relation,
  sql: string,
): Promise<void> {
  await warehouse.run(
    `CREATE TABLE ${relationSql(target)}\n${storage(node)}\nAS\n${sql}${querySettings(node)}`,
    buildOptions(node),
  );
}

/** ENGINE, keys and table settings, as dbt-clickhouse writes them from the same configs. */
function storage({ config }: Node): string {
  const parts = [`ENGINE = ${config.engine}`];
  if (config.partition_by.length > 0) parts.push(`PARTITION BY (${config.partition_by.join(', ')})`);
  if (config.primary_key.length > 0) parts.push(`PRIMARY KEY (${config.primary_key.join(', ')})`);
  parts.push(`ORDER BY ${config.order_by.length > 0 ? `(${config.order_by.join(', ')})` : 'tuple()'}`);
  const settings = assignments(config.settings);
  if (settings !== '') parts.push(`SETTINGS ${settings}`);
  return parts.join('\n');
}

function querySettings({ config }: Node): string {
  const settings = assignments(config.query_settings);
  return settings === '' ? '' : `\nSETTINGS ${settings}`;
}

const assignments = (settings: Record<string, string | number | boolean>): string =>
  Object.entries(settings)
    .map(
      ([name, value]) =>
        `${identifier(name)} = ${typeof value === 'string' ? literal(value) : String(Number(value))}`,
    )
    .join(', ');

const columnRow = z.object({ name: z.string(), type: z.string() });

/** Names and types of a relation's columns, in order; without the hash a table keeps of each row. */
export function columnsOf(warehouse: Warehouse, relation: Relation): Promise<z.infer<typeof columnRow>[]> {
  return warehouse.rows(
    "SELECT name, type FROM system.columns WHERE database = {database:String} AND table = {name:String} AND default_kind != 'MATERIALIZED' ORDER BY position",
    columnRow,
    { lane: 'batch', params: { ...relation }, tag: 'columns' },
  );
}

/** Names and types a SELECT would give. */
export async function columnsOfQuery(
  warehouse: Warehouse,
  sql: string,
): Promise<z.infer<typeof columnRow>[]> {
  return warehouse.rows(`DESCRIBE TABLE (\n${sql}\n)`, columnRow, { lane: 'batch', tag: 'describe' });
}
