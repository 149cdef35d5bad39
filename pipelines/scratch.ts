/** Models as they would be, beside those that are: for trying out rules and priorities without touching anything published. */
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { identifier, tableName } from '../warehouse/engine/sql.ts';
import type { Warehouse } from '../warehouse/engine/warehouse.ts';
import type { Platform } from '../warehouse/platform.ts';
import { compileModel } from './dbt/compile.ts';
import { buildGraph, reachable } from './dbt/graph.ts';
import { nodeOf, type Project } from './dbt/resolve.ts';
import { insertSeed, seedColumns } from './dbt/seed.ts';
import { relationSql } from './dbt/sql.ts';
import type { Node } from './dbt/types.ts';
import { latestBusinessDate } from './plan.ts';

/** Neither base nor a mart: no view shows it, no analyst's SQL reaches it. */
const DATABASE = 'try_out';
const OPTIONS = { lane: 'batch' as const, tag: 'try-out', maxSeconds: 600 };

/** Rows a published table would lose and gain; `published` is false where no run has built it yet. */
export interface TableDifference {
  table: string;
  rows: number;
  gone: number;
  come: number;
  published: boolean;
}

export interface Scratch {
  /** `database.table` of the model's try-out, quoted. */
  place(name: string): string;
  difference(name: string): Promise<TableDifference>;
  /** Models that were built, in order. */
  names: string[];
}

const busy = new WeakSet<Warehouse>();

/**
 * Builds `roots` and what reads them (in base, or everywhere) from the project given, and hands them over; they are gone
 * when `use` has returned. With `day` they are built as of that day instead of the latest business date.
 * @throws AppError `conflict` while another try-out is under way; `sql_failed` when the project's SQL does not run
 */
export async function inScratch<T>(
  platform: Pick<Platform, 'warehouse' | 'store'>,
  project: Project,
  roots: readonly string[],
  readers: 'none' | 'base' | 'all',
  use: (scratch: Scratch) => Promise<T>,
  day?: string,
): Promise<T> {
  const { warehouse } = platform;
  if (busy.has(warehouse))
    throw new AppError('conflict', 'Another try-out is under way.', { retriable: true, fix: 'Wait for it.' });
  busy.add(warehouse);
  try {
    await warehouse.run(`DROP DATABASE IF EXISTS ${identifier(DATABASE)}`, OPTIONS);
    await warehouse.run(`CREATE DATABASE ${identifier(DATABASE)}`, OPTIONS);
    const nodes = affected(project, roots, readers);
    const tried = moved(project, nodes);
    const asOf = day ?? (await latestBusinessDate(platform.store)) ?? String(project.vars['as_of']);
    for (const node of nodes) await buildOne(warehouse, tried, node.name, { ...project.vars, as_of: asOf });
    return await use({
      names: nodes.map(({ name }) => name),
      place: (name) => relationSql(nodeOf(tried, name, 'the try-out').relation),
      difference: (name) =>
        differenceOf(warehouse, nodeOf(project, name, 'the project'), nodeOf(tried, name, 'the try-out')),
    });
  } finally {
    busy.delete(warehouse);
    await warehouse.run(`DROP DATABASE IF EXISTS ${identifier(DATABASE)}`, OPTIONS);
  }
}

function affected(project: Project, roots: readonly string[], readers: 'none' | 'base' | 'all'): Node[] {
  const graph = buildGraph(project);
  const names = new Set(roots);
  if (readers !== 'none')
    for (const root of roots) reachable(graph.children, root).forEach((each) => names.add(each));
  return graph.order
    .filter((name) => names.has(name) && project.nodes.has(name))
    .map((name) => nodeOf(project, name, 'the graph'))
    .filter(
      (node) =>
        node.config.materialized !== 'ephemeral' &&
        (roots.includes(node.name) || readers === 'all' || node.relation.database === 'base') &&
        // They tell of the rules themselves.
        !node.name.startsWith('cleaning_'),
    );
}

/** The project with these nodes in the scratch database. */
function moved(project: Project, nodes: readonly Node[]): Project {
  const moves = nodes.map((node): [string, Node] => [
    node.name,
    { ...node, relation: { database: DATABASE, name: node.name } },
  ]);
  return { ...project, nodes: new Map([...project.nodes, ...moves]) };
}

async function buildOne(
  warehouse: Warehouse,
  project: Project,
  name: string,
  vars: Project['vars'],
): Promise<void> {
  const node = nodeOf(project, name, 'the try-out');
  const place = relationSql(node.relation);
  const storage = 'ENGINE = MergeTree ORDER BY tuple()';
  if (node.kind === 'seed') {
    const columns = seedColumns(node).map((column) => `${identifier(column.name)} ${column.type}`);
    await warehouse.run(`CREATE TABLE ${place} (${columns.join(', ')}) ${storage}`, OPTIONS);
    await insertSeed(warehouse, node, node.relation);
  } else {
    const sql = compileModel(project, node, { vars, incremental: false });
    await warehouse.run(`CREATE TABLE ${place} ${storage} AS\n${sql}`, OPTIONS);
  }
}

const columnSchema = z.object({ name: z.string() });

async function differenceOf(warehouse: Warehouse, old: Node, tried: Node): Promise<TableDifference> {
  const table = `${old.relation.database}.${old.relation.name}`;
  const columnsOf = async (relation: Node['relation']): Promise<string[]> =>
    (
      await warehouse.rows(
        'SELECT name FROM system.columns WHERE database = {database:String} AND table = {name:String} ORDER BY position',
        columnSchema,
        { ...OPTIONS, params: { database: relation.database, name: relation.name } },
      )
    ).map(({ name }) => name);
  const [before, after] = [await columnsOf(old.relation), await columnsOf(tried.relation)];
  const count = await warehouse.value(
    `SELECT toUInt32(count()) FROM ${relationSql(tried.relation)}`,
    z.number(),
    OPTIONS,
  );
  if (before.length === 0) return { table, rows: count, gone: 0, come: 0, published: false };
  // What cleaning writes beside the data is no change of it.
  const shared = after.filter((name) => before.includes(name) && !['_cleaned', '_findings'].includes(name));
  const hashed = (relation: string, sign: number): string =>
    `SELECT sipHash128(tuple(${shared.map(identifier).join(', ')})) AS row, ${sign} AS one FROM ${relation}`;
  const [difference] = await warehouse.rows(
    `SELECT toUInt32(sumIf(balance, balance > 0)) AS come, toUInt32(-sumIf(balance, balance < 0)) AS gone
     FROM (SELECT row, toInt64(sum(one)) AS balance FROM (
       ${hashed(relationSql(tried.relation), 1)} UNION ALL ${hashed(tableName(old.relation.database, old.relation.name), -1)}
     ) GROUP BY row HAVING balance != 0)`,
    z.object({ come: z.number(), gone: z.number() }),
    OPTIONS,
  );
  return { table, rows: count, gone: difference?.gone ?? 0, come: difference?.come ?? 0, published: true };
}
