import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import type { Warehouse } from '../warehouse/engine/warehouse.ts';
import { literal } from '../warehouse/engine/sql.ts';
import { type AnalystScope, checkAnalystSql, SHOW_TABLES } from '../warehouse/policy.ts';
import { openDatabase, readThroughOpenViews } from '../warehouse/policy/lexer.ts';

/** Only the masked views and the platform's own records of what it did; never raw, never the tables themselves. */
const SCOPE: AnalystScope = { databases: ['open_*', 'meta'] };

/**
 * An analyst's statement as it may be run: names lead to the masked views, and the engine's own parse of the result has
 * been checked. Throws `sql_rejected` with the reason, `not_found` for a layer no run has built. Run it on the analyst lane, which is read only and limited.
 */
export async function admitAnalystSql(
  warehouse: Warehouse,
  sql: string,
): Promise<{ sql: string; tables: string[] }> {
  const admitted = readThroughOpenViews(sql).replace(/[\s;]+$/, '');
  const { tables, databases } = await checkAnalystSql(warehouse, admitted, SCOPE);
  await refuseUnbuilt(warehouse, databases);
  return { sql: asSelect(admitted), tables };
}

/** The embedded engine answers SHOW TABLES with no row where it streams; what it asks for is asked of the table of tables. */
function asSelect(sql: string): string {
  const shown = SHOW_TABLES.exec(sql)?.groups;
  if (!shown) return sql;
  const { database = '', like, limit = '' } = shown;
  const named = like === undefined ? '' : ` AND name ${like}`;
  return `SELECT name FROM system.tables WHERE database = ${literal(database)}${named} ORDER BY name ${limit}`;
}

/** Before the first run there are no views; the engine would name a database the analyst never wrote. */
async function refuseUnbuilt(warehouse: Warehouse, databases: readonly string[]): Promise<void> {
  const prefix = openDatabase('');
  const named = databases.filter((name) => name.startsWith(prefix));
  if (named.length === 0) return;
  const there = await warehouse.rows(
    'SELECT name FROM system.databases WHERE startsWith(name, {prefix:String})',
    z.object({ name: z.string() }),
    { params: { prefix }, tag: 'sql layers' },
  );
  const open = new Set(there.map(({ name }) => name));
  const missing = named.find((name) => !open.has(name))?.slice(prefix.length);
  if (missing === undefined) return;
  if (open.size === 0)
    throw new AppError(
      'not_found',
      `Nothing has been built in this home yet, so there is no ${missing} to ask.`,
      {
        fix: 'Build it with anju run, which lands what waits in the inbox; anju demo makes a sample city first.',
      },
    );
  throw new AppError('not_found', `There is no database ${missing}.`, {
    fix: `There are: ${[...open]
      .map((name) => name.slice(prefix.length))
      .toSorted()
      .join(', ')}; what has deliveries is built by anju run.`,
  });
}
