import type { Warehouse } from '../warehouse/engine/warehouse.ts';
import { type AnalystScope, checkAnalystSql } from '../warehouse/policy.ts';
import { readThroughOpenViews } from '../warehouse/policy/lexer.ts';

/** Only the masked views and the platform's own records of what it did; never raw, never the tables themselves. */
const SCOPE: AnalystScope = { databases: ['open_*', 'meta'] };

/**
 * An analyst's statement as it may be run: names lead to the masked views, and the engine's own parse of the result has
 * been checked. Throws `sql_rejected` with the reason. Run it on the analyst lane, which is read only and limited.
 */
export async function admitAnalystSql(
  warehouse: Warehouse,
  sql: string,
): Promise<{ sql: string; tables: string[] }> {
  const admitted = readThroughOpenViews(sql).replace(/[\s;]+$/, '');
  const { tables } = await checkAnalystSql(warehouse, admitted, SCOPE);
  return { sql: admitted, tables };
}
