import { z } from 'zod';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { compileModel } from '../dbt/compile.ts';
import type { Project } from '../dbt/resolve.ts';
import type { Node } from '../dbt/types.ts';
import { parseQueryTree } from './query-tree.ts';
import type { QueryTree } from './query-tree.ts';

/** The SELECT a model is built from when it is built afresh. */
export const modelSql = (project: Project, node: Node, asOf: string): string =>
  compileModel(project, node, { vars: { ...project.vars, as_of: asOf }, incremental: false });

/**
 * The engine's reading of a SELECT whose tables exist: names resolved, nothing optimised away; scalar subqueries are the values they have.
 * @throws AppError of the engine when a table is not there or the SQL is wrong
 */
export async function explain(warehouse: Warehouse, sql: string): Promise<QueryTree> {
  const lines = await warehouse.rows(
    `EXPLAIN QUERY TREE run_passes = 1, passes = 1 ${sql}\nSETTINGS enable_scalar_subquery_optimization = 0`,
    z.object({ explain: z.string() }),
    { lane: 'batch', tag: 'lineage' },
  );
  return parseQueryTree(lines.map((line) => line.explain));
}
