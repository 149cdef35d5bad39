/**
 * Builds a model beside its published table, in `<database>__build`, and publishes it in one step. Until that step the
 * published table is untouched: a kill at any moment leaves it whole, and what it left behind is dropped by the next build.
 */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { endFollowed } from './end-followed.ts';
import type { Passes } from './passes.ts';
import { insertSeed, seedColumns } from './seed.ts';
import { buildRelation, contentOf, type Measure, relationSql, sumOf } from './sql.ts';
import { measure } from './state.ts';
import type { Node, Relation } from './types.ts';

const OPTIONS = (node: Node) => ({ lane: 'batch' as const, tag: `build ${node.name}` });

/** Makes the databases of these models and drops what an earlier run left in the build databases. */
export async function prepareBuild(warehouse: Warehouse, nodes: Node[]): Promise<void> {
  const databases = [...new Set(nodes.map((node) => node.relation.database))];
  const builds = databases.map((database) => buildRelation({ database, name: '' }).database);
  for (const database of [...databases, ...builds]) {
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
  for (const relation of left) {
    await warehouse.run(`DROP TABLE IF EXISTS ${relationSql(relation)}`, {
      lane: 'batch',
      tag: 'prepare build',
    });
  }
}

/** What an increment did to a table, beside the rows it leaves alone. */
export interface Increment {
  /** The rows that came, still in a table of their own. */
  fresh: Relation;
  came: Measure;
  left: Measure;
}

/**
 * Builds the model's relation in the build database. Each pass is a SELECT of rows of its own (none for a seed).
 * @returns what changed, where rows were added to what is published
 */
export async function build(
  warehouse: Warehouse,
  node: Node,
  passes: Passes,
  incremental: boolean,
): Promise<Increment | undefined> {
  const target = buildRelation(node.relation);
  const [sql = '', ...further] = passes.selects;
  if (node.config.materialized === 'view') {
    await warehouse.run(`CREATE VIEW ${relationSql(target)} AS\n${sql}${querySettings(node)}`, OPTIONS(node));
  } else if (node.kind === 'seed') {
    const columns = seedColumns(node).map((column) => `${identifier(column.name)} ${column.type}`);
    await warehouse.run(
      `CREATE TABLE ${relationSql(target)} (${columns.join(', ')})\n${storage(node)}`,
      OPTIONS(node),
    );
    await insertSeed(warehouse, node, target);
  } else if (incremental) {
    return buildIncrement(warehouse, node, passes, target);
  } else {
    await createTable(warehouse, node, target, sql);
    await insertAll(warehouse, node, target, further);
  }
  return undefined;
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
  await warehouse.run(`ALTER TABLE ${built} MODIFY COMMENT ${literal(comment)}`, OPTIONS(node));
  if (hasOld) await warehouse.run(`EXCHANGE TABLES ${built} AND ${place}`, OPTIONS(node));
  else await warehouse.run(`RENAME TABLE ${built} TO ${place}`, OPTIONS(node));
  // What is left under the build's name is the old table (and an increment's own rows).
  if (hasOld) await drop(warehouse, node);
}

/** Drops what a build made or left behind. */
export async function drop(warehouse: Warehouse, node: Node): Promise<void> {
  const target = buildRelation(node.relation);
  const isIncremental = node.config.materialized === 'incremental';
  for (const relation of [target, ...(isIncremental ? [freshRelation(target)] : [])]) {
    await warehouse.run(`DROP TABLE IF EXISTS ${relationSql(relation)}`, OPTIONS(node));
  }
}

/** The increment's own rows, before they are merged. */
const freshRelation = (target: Relation): Relation => ({ ...target, name: `${target.name}__fresh` });

async function buildIncrement(
  warehouse: Warehouse,
  node: Node,
  passes: Passes,
  target: Relation,
): Promise<Increment> {
  const fresh = freshRelation(target);
  const options = OPTIONS(node);
  const content = contentOf(node);
  // CLONE shares the published parts: nothing is copied, and changes here do not reach the published table.
  await warehouse.run(`CREATE TABLE ${relationSql(target)} CLONE AS ${relationSql(node.relation)}`, options);
  await createFresh(warehouse, node, fresh, passes.selects);
  const columns = (await columnsOf(warehouse, fresh)).map((column) => identifier(column.name)).join(', ');
  const came = await measure(warehouse, fresh, content);
  const leaving = (where: string): Promise<Measure> => measure(warehouse, target, content, where);
  const insert = async (): Promise<void> => {
    if (came.rows > 0)
      await warehouse.run(
        `INSERT INTO ${relationSql(target)} (${columns}) SELECT ${columns} FROM ${relationSql(fresh)}`,
        options,
      );
  };
  if (passes.isLater) {
    const ended = await endFollowed(warehouse, { target, fresh }, options);
    await insert();
    return { fresh, came: sumOf(came, ended.became), left: ended.was };
  }
  let left: Measure = { rows: 0, hash: '00-0' };
  switch (node.config.incremental_strategy) {
    case 'append':
      await insert();
      break;
    case 'delete+insert':
    case 'delete_insert': {
      const key = node.config.unique_key.map(identifier).join(', ');
      if (key === '') throw misconfigured(node, 'delete+insert needs a unique_key');
      const where = `(${key}) IN (SELECT ${key} FROM ${relationSql(fresh)})`;
      if (came.rows > 0) left = await leaving(where);
      if (left.rows > 0) await warehouse.run(`DELETE FROM ${relationSql(target)} WHERE ${where}`, options);
      await insert();
      break;
    }
    case 'insert_overwrite': {
      if (node.config.partition_by.length === 0)
        throw misconfigured(node, 'insert_overwrite needs partition_by');
      const partitions = await partitionsOf(warehouse, fresh);
      if (partitions.length > 0)
        left = await leaving(`_partition_id IN (${partitions.map(literal).join(', ')})`);
      for (const id of partitions) {
        await warehouse.run(
          `ALTER TABLE ${relationSql(target)} REPLACE PARTITION ID ${literal(id)} FROM ${relationSql(fresh)}`,
          options,
        );
      }
      break;
    }
  }
  return { fresh, came, left };
}

/**
 * The increment's rows in a table of the published shape. Its columns are known to be the published ones, unless the model forbids
 * to start afresh; then the query's own names decide. A `CREATE … AS SELECT` would have the engine plan the query twice.
 */
async function createFresh(
  warehouse: Warehouse,
  node: Node,
  fresh: Relation,
  selects: readonly string[],
): Promise<void> {
  const [sql = '', ...further] = selects;
  if (node.config.full_refresh === false) {
    await createTable(warehouse, node, fresh, sql);
    return insertAll(warehouse, node, fresh, further);
  }
  await warehouse.run(`CREATE TABLE ${relationSql(fresh)} AS ${relationSql(node.relation)}`, OPTIONS(node));
  await insertAll(warehouse, node, fresh, selects);
}

async function insertAll(
  warehouse: Warehouse,
  node: Node,
  target: Relation,
  selects: readonly string[],
): Promise<void> {
  for (const sql of selects) {
    await warehouse.run(`INSERT INTO ${relationSql(target)}\n${sql}${querySettings(node)}`, OPTIONS(node));
  }
}

async function createTable(warehouse: Warehouse, node: Node, target: Relation, sql: string): Promise<void> {
  await warehouse.run(
    `CREATE TABLE ${relationSql(target)}\n${storage(node)}\nAS\n${sql}${querySettings(node)}`,
    OPTIONS(node),
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

/** Names and types of a relation's columns, in order. */
export function columnsOf(warehouse: Warehouse, relation: Relation): Promise<z.infer<typeof columnRow>[]> {
  return warehouse.rows(
    'SELECT name, type FROM system.columns WHERE database = {database:String} AND table = {name:String} ORDER BY position',
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

async function partitionsOf(warehouse: Warehouse, relation: Relation): Promise<string[]> {
  const rows = await warehouse.rows(
    'SELECT DISTINCT partition_id AS id FROM system.parts WHERE active AND database = {database:String} AND table = {name:String} ORDER BY id',
    z.object({ id: z.string() }),
    { lane: 'batch', params: { ...relation }, tag: 'partitions' },
  );
  return rows.map((row) => row.id);
}

const misconfigured = (node: Node, what: string): AppError =>
  new AppError('bad_configuration', `${node.path}: ${what}.`, {
    where: { model: node.name },
    fix: 'Mend its config().',
  });
