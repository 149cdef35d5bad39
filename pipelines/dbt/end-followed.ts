/**
 * Versions that end because others follow them. Only the columns that move are written again, and counted: what a version says stays
 * as it lies, and so do all parts in which none ends.
 */
import { z } from 'zod';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { QueryOptions, Warehouse } from '../../warehouse/engine/warehouse.ts';
import { changeLeaving, putLeavingAside } from './leaving.ts';
import { type Measure, measured, movingHashSql, relationSql, ROW } from './sql.ts';
import type { Node, Relation } from './types.ts';

const ended = z.object({ told: z.string(), rows: z.coerce.number(), was: z.string(), became: z.string() });

/**
 * Ends in `target`, a copy of the published table, the versions that hold of the keys `fresh` speaks of, each on the first day `fresh`
 * tells of its key; all of `fresh` is later than all of `target`.
 * @param asked columns that are asked of the versions that end
 * @returns them as they were, and their moving columns before and after as parts of the table's hash
 */
export async function endFollowed(
  warehouse: Warehouse,
  node: Node,
  { target, fresh, asked }: { target: Relation; fresh: Relation; asked: readonly string[] },
  options: QueryOptions,
): Promise<{ leaving: Relation; was: Measure; became: Measure }> {
  const place = relationSql(fresh);
  const holds = (keys: string): string => `is_current = 1 AND _key_hash IN (${keys})`;
  const where = holds(`SELECT _key_hash FROM ${place}`);
  const columns = [...new Set([...ROW, 'valid_to', 'is_current', ...asked])].map(identifier);
  const leaving = await putLeavingAside(warehouse, node.relation, { target, where, columns }, options);
  const days = await warehouse.rows(
    `SELECT toString(day) AS told, count() AS rows, toString(sumWithOverflow(${movingHashSql(['valid_to', 'is_current'])})) AS was,
       toString(sumWithOverflow(${movingHashSql(['day', 'toUInt8(0)'])})) AS became
     FROM ${relationSql(leaving)} AS leaving
     INNER JOIN (SELECT _key_hash, min(valid_from) AS day FROM ${place} GROUP BY _key_hash) AS follower USING (_key_hash)
     GROUP BY day ORDER BY day`,
    ended,
    options,
  );
  let total = { rows: 0, was: 0n, became: 0n };
  for (const { told, rows, was, became } of days) {
    const end = `toDate32(${literal(told)})`;
    const change = [
      `ALTER TABLE ${relationSql(target)} UPDATE valid_to = ${end}, is_current = 0`,
      ' SETTINGS mutations_sync = 2',
    ] as const;
    if (days.length === 1) await changeLeaving(warehouse, { target, leaving, where }, change, options);
    else {
      const keys = `SELECT _key_hash FROM ${place} GROUP BY _key_hash HAVING min(valid_from) = ${end}`;
      await warehouse.run(`${change[0]} WHERE ${holds(keys)}${change[1]}`, options);
    }
    total = {
      rows: total.rows + rows,
      was: total.was + BigInt(was),
      became: total.became + BigInt(became),
    };
  }
  return { leaving, was: measured(total.rows, total.was), became: measured(total.rows, total.became) };
}
