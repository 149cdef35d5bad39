/** Adds to a clone of the published table what came, and takes out what left. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { endFollowed } from './end-followed.ts';
import { changeLeaving, putLeavingAside } from './leaving.ts';
import { buildOptions, columnsOf, createLike, createTable, insertAll } from './materialise.ts';
import type { Passes } from './passes.ts';
import {
  buildRelation,
  contentHashSql,
  contentOf,
  freshRelation,
  type Measure,
  measureSql,
  relationSql,
  rowContentSql,
  rowsWhere,
  sumOf,
} from './sql.ts';
import { measure, measureBy } from './state.ts';
import type { Node, Relation } from './types.ts';

/** What an increment did to a table, beside the rows it leaves alone. */
export interface Increment {
  /** The rows that came, still in a table of their own. */
  fresh: Relation;
  came: Measure;
  left: Measure;
  /** Rows of the published table that left it, or changed, with the columns that were asked for: a relation or a query in brackets. */
  gone: string;
}

/** What a row that leaves adds to the hash of its table. */
const LEAVING_HASH = '_leaving_hash';
const NOTHING: Measure = { rows: 0, hash: '00-0' };

/**
 * Builds the model's relation in the build database from the published one.
 * @param asked columns that somebody will ask of the rows that leave
 * @param isShaped its rows are known to have the columns of the published table
 */
export async function buildIncrement(
  warehouse: Warehouse,
  node: Node,
  passes: Passes,
  { asked, isShaped }: { asked: readonly string[]; isShaped: boolean },
): Promise<Increment> {
  const target = buildRelation(node.relation);
  const fresh = freshRelation(node.relation);
  const options = buildOptions(node);
  const content = contentOf(node);
  // CLONE shares the published parts: nothing is copied, and changes here do not reach the published table.
  await warehouse.run(`CREATE TABLE ${relationSql(target)} CLONE AS ${relationSql(node.relation)}`, options);
  await createFresh(warehouse, node, { fresh, isShaped }, passes.selects);
  const came = await measure(warehouse, fresh, content);
  const insert = async (): Promise<void> => {
    if (came.rows === 0) return;
    // In a table of the same columns and storage they are written and sorted already: their parts are shared.
    if (isShaped) {
      await warehouse.run(
        `ALTER TABLE ${relationSql(target)} ATTACH PARTITION ALL FROM ${relationSql(fresh)}`,
        options,
      );
      return;
    }
    const names = await columnsOf(warehouse, fresh);
    const columns = names.map(({ name }) => identifier(name)).join(', ');
    await warehouse.run(
      `INSERT INTO ${relationSql(target)} (${columns}) SELECT ${columns} FROM ${relationSql(fresh)}`,
      options,
    );
  };
  const nothing: Increment = { fresh, came, left: NOTHING, gone: rowsWhere(node.relation, 'false') };
  if (passes.isLater) {
    const ended = await endFollowed(warehouse, node, { target, fresh, asked }, options);
    await insert();
    return { fresh, came: sumOf(came, ended.became), left: ended.was, gone: relationSql(ended.leaving) };
  }
  const replace = async (key: readonly string[], replaced: Relation): Promise<Increment> => {
    const names = key.map(identifier).join(', ');
    const leaving = `(${names}) IN (SELECT ${names} FROM ${relationSql(replaced)})`;
    const columns = [`${rowContentSql(content)} AS ${LEAVING_HASH}`, ...asked.map(identifier)];
    const gone = await putLeavingAside(
      warehouse,
      node.relation,
      { target, where: leaving, columns },
      options,
    );
    const left = await measureBy(warehouse, gone, measureSql(gone, LEAVING_HASH));
    if (left.rows > 0) {
      const change = [`DELETE FROM ${relationSql(target)}`, ''] as const;
      await changeLeaving(warehouse, { target, leaving: gone, where: leaving }, change, options);
    }
    await insert();
    return { fresh, came, left, gone: relationSql(gone) };
  };
  if (passes.touched) return replace(passes.touched.key, passes.touched.relation);
  switch (node.config.incremental_strategy) {
    case 'append':
      await insert();
      return nothing;
    case 'delete+insert':
    case 'delete_insert': {
      if (node.config.unique_key.length === 0) throw misconfigured(node, 'delete+insert needs a unique_key');
      if (came.rows === 0) return nothing;
      return replace(node.config.unique_key, fresh);
    }
    case 'insert_overwrite': {
      if (node.config.partition_by.length === 0)
        throw misconfigured(node, 'insert_overwrite needs partition_by');
      const partitions = await partitionsOf(warehouse, fresh);
      if (partitions.length === 0) return nothing;
      const leaving = `_partition_id IN (${partitions.map(literal).join(', ')})`;
      const left = await measureBy(warehouse, target, contentHashSql(target, content, leaving));
      for (const id of partitions) {
        await warehouse.run(
          `ALTER TABLE ${relationSql(target)} REPLACE PARTITION ID ${literal(id)} FROM ${relationSql(fresh)}`,
          options,
        );
      }
      return { fresh, came, left, gone: rowsWhere(node.relation, leaving) };
    }
  }
}

/** The increment's rows: in a table like the published one, or with what the query itself names, which has the engine plan it twice. */
async function createFresh(
  warehouse: Warehouse,
  node: Node,
  { fresh, isShaped }: { fresh: Relation; isShaped: boolean },
  selects: readonly string[],
): Promise<void> {
  const [sql = '', ...further] = selects;
  if (isShaped) {
    await createLike(warehouse, node, fresh);
    return insertAll(warehouse, node, fresh, selects);
  }
  await createTable(warehouse, node, fresh, sql);
  await insertAll(warehouse, node, fresh, further);
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
