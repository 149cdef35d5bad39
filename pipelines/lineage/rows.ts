/** Row lineage: from rows of any base or mart table back to the rows of raw, and so to batch, file and certificate. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { buildGraph } from '../dbt/graph.ts';
import { columnsOf } from '../dbt/materialise.ts';
import { nodeOf } from '../dbt/resolve.ts';
import type { Project } from '../dbt/resolve.ts';
import { relationSql } from '../dbt/sql.ts';
import { relationName, relationOf } from '../dbt/types.ts';
import type { Node } from '../dbt/types.ts';
import { explain, modelSql } from './explain.ts';
import { rowTies } from './row-ties.ts';
import type { TiedTable } from './row-ties.ts';

export interface RowsOfRelation {
  relation: string;
  /** Rows of it that the rows asked for were made from. */
  rows: number;
  /** Too many to follow further: what lies behind is not told. */
  isTooMany: boolean;
  /** Tables that hold them are read as a whole (a share of all, a count of all): their rows are not followed. */
  untied: string[];
}
export interface RawRow {
  relation: string;
  batchId: number;
  rowNo: number;
}
export interface RowLineage {
  relations: RowsOfRelation[];
  raw: RawRow[];
}

/** A table whose rows are asked about. */
interface Reader {
  relation: string;
  where: string;
  /** Types by column. */
  types: ReadonlyMap<string, string>;
}

/** More rows than a person can look at say no more than their number. */
const MOST_ROWS = 2000;

/**
 * @param condition SQL over the model's columns: the rows asked about
 * @param asOf `var('as_of')` of the run that built them
 * @throws AppError `not_found` when there is no such model or no such row
 */
export async function rowLineage(
  warehouse: Warehouse,
  project: Project,
  { model, condition, asOf }: { model: string; condition: string; asOf: string },
): Promise<RowLineage> {
  const start = nodeAt(project, model);
  const built = new Set([...project.nodes.values()].map(({ relation }) => relationName(relation)));
  const conditions = new Map([[model, [condition]]]);
  const lineage: RowLineage = { relations: [], raw: [] };
  // What reads comes before what it reads, so that a table is asked once, with all the conditions of its readers.
  for (const name of buildGraph(project).order.toReversed()) {
    const node = nodeOf(project, name, 'the graph');
    const relation = relationName(node.relation);
    const wanted = conditions.get(relation);
    if (!wanted || node.config.materialized === 'ephemeral') continue;
    const where = wanted.map((one) => `(${one})`).join(' OR ');
    const rows = await count(warehouse, relation, where);
    if (node === start && rows === 0) throw notFound(`${model} has no such row.`, model);
    const step: RowsOfRelation = { relation, rows, isTooMany: rows > MOST_ROWS, untied: [] };
    if (rows > 0) lineage.relations.push(step);
    if (rows === 0 || step.isTooMany || node.kind === 'seed') continue;
    const reader: Reader = { relation, where, types: await typesOf(warehouse, relation) };
    for (const table of await tiesOf(warehouse, modelSql(project, node, asOf))) {
      if (table.relation.startsWith('system.')) continue;
      const behind = await conditionOn(warehouse, table, reader);
      if (behind === undefined) step.untied.push(table.relation);
      else conditions.set(table.relation, [...new Set([...(conditions.get(table.relation) ?? []), behind])]);
    }
    step.untied = [...new Set(step.untied)].filter((one) => !conditions.has(one));
  }
  for (const [relation, wanted] of conditions)
    if (!built.has(relation)) await source(warehouse, relation, wanted.join(' OR '), lineage);
  return lineage;
}

/** A model's ties follow from its text and the types of its tables; the engine takes up to a second to read a long one. */
const known = new WeakMap<Warehouse, Map<string, Promise<TiedTable[]>>>();
/** A project and a few days; each is some kilobytes. */
const MOST_KNOWN = 1000;

async function tiesOf(warehouse: Warehouse, sql: string): Promise<TiedTable[]> {
  const ofThis = known.get(warehouse) ?? new Map<string, Promise<TiedTable[]>>();
  known.set(warehouse, ofThis);
  const before = ofThis.get(sql);
  if (before) return before;
  if (ofThis.size >= MOST_KNOWN) ofThis.clear();
  const read = explain(warehouse, sql).then(rowTies);
  ofThis.set(sql, read);
  // What could not be read, because a table was not built yet, is read again the next time.
  read.catch(() => ofThis.delete(sql));
  return read;
}

/** Rows of what is delivered: those with a batch and a number are told one by one. */
async function source(
  warehouse: Warehouse,
  relation: string,
  where: string,
  lineage: RowLineage,
): Promise<void> {
  const rows = await count(warehouse, relation, where);
  if (rows === 0) return;
  lineage.relations.push({ relation, rows, isTooMany: rows > MOST_ROWS, untied: [] });
  const columns = await typesOf(warehouse, relation);
  if (!columns.has('_batch_id') || !columns.has('_row_no')) return;
  const found = await warehouse.rows(
    `SELECT toUInt64(_batch_id) AS batchId, toUInt64(_row_no) AS rowNo FROM ${relationSql(relationOf(relation))} WHERE ${where}
     ORDER BY _batch_id, _row_no LIMIT ${MOST_ROWS} SETTINGS transform_null_in = 1`,
    z.object({ batchId: z.coerce.number(), rowNo: z.coerce.number() }),
    { tag: 'lineage' },
  );
  lineage.raw.push(...found.map((row) => ({ relation, ...row })));
}

/** The condition on a table's rows that its ties to these rows of its reader make; undefined when nothing ties them. */
async function conditionOn(
  warehouse: Warehouse,
  table: TiedTable,
  reader: Reader,
): Promise<string | undefined> {
  const rowsOfBranch = [
    `(${reader.where})`,
    ...table.guards.map((one) => `${identifier(one.column)} = ${one.constant}`),
  ].join(' AND ');
  const ties = table.ties.filter(({ column }) =>
    /^(?!Array|Map|Tuple|JSON|Float|U?Int(128|256))/.test(reader.types.get(column) ?? 'Array'),
  );
  const conditions: string[] = [];
  if (ties.length > 0) {
    const rows = await distinctRows(
      warehouse,
      reader.relation,
      ties.map(({ column }) => identifier(column)),
      rowsOfBranch,
    );
    if (rows)
      conditions.push(
        inRows(
          ties.map(({ expression }) => expression),
          rows,
        ),
      );
  }
  if (table.through) {
    const { pairs, table: other } = table.through;
    const there = await conditionOn(warehouse, other, reader);
    const rows =
      there &&
      (await distinctRows(
        warehouse,
        other.relation,
        pairs.map((pair) => pair.other),
        there,
      ));
    if (rows)
      conditions.push(
        inRows(
          pairs.map(({ expression }) => expression),
          rows,
        ),
      );
  }
  return conditions.length > 0 ? conditions.join(' AND ') : undefined;
}

/** Distinct values of expressions as the engine writes them in a VALUES list: `('a',1)`; undefined when there are too many. */
async function distinctRows(
  warehouse: Warehouse,
  relation: string,
  expressions: readonly string[],
  where: string,
): Promise<string[] | undefined> {
  const rows = await warehouse.rows(
    `SELECT DISTINCT formatRowNoNewline('Values', ${expressions.join(', ')}) AS row FROM ${relationSql(relationOf(relation))}
     WHERE ${where} LIMIT ${MOST_ROWS + 1} SETTINGS transform_null_in = 1`,
    z.object({ row: z.string() }),
    { tag: 'lineage' },
  );
  return rows.length > MOST_ROWS ? undefined : rows.map(({ row }) => row);
}

function inRows(expressions: readonly string[], rows: readonly string[]): string {
  if (rows.length === 0) return '0';
  const left = expressions.length === 1 ? (expressions[0] ?? '') : `(${expressions.join(', ')})`;
  return `${left} IN (${rows.map((row) => (expressions.length === 1 ? row.slice(1, -1) : row)).join(',')})`;
}

const count = (warehouse: Warehouse, relation: string, where: string): Promise<number> =>
  warehouse.value(
    `SELECT toUInt32(count()) FROM ${relationSql(relationOf(relation))} WHERE ${where} SETTINGS transform_null_in = 1`,
    z.number(),
    { tag: 'lineage' },
  );

const typesOf = async (warehouse: Warehouse, relation: string): Promise<Map<string, string>> =>
  new Map((await columnsOf(warehouse, relationOf(relation))).map(({ name, type }) => [name, type]));

export function nodeAt(project: Project, relation: string): Node {
  for (const node of project.nodes.values())
    if (relationName(node.relation) === relation && node.config.materialized !== 'ephemeral') return node;
  throw notFound(`There is no model ${relation}.`, relation);
}

const notFound = (message: string, model: string): AppError =>
  new AppError('not_found', message, {
    where: { field: model },
    fix: 'anju search finds tables and columns.',
  });
