/**
 * Versions that end because others follow them. Only the columns that move are written again, and counted: what a version says stays
 * as it lies, and so do all parts in which none ends.
 */
import { z } from 'zod';
import { literal } from '../../warehouse/engine/sql.ts';
import type { QueryOptions, Warehouse } from '../../warehouse/engine/warehouse.ts';
import { type Measure, measured, movingHashesSql, relationSql } from './sql.ts';
import type { Relation } from './types.ts';

const ended = z.object({ rows: z.coerce.number(), was: z.string(), became: z.string() });

/** The versions that hold of the keys `fresh` speaks of: a condition on the table they are all later than. */
export const followedSql = (fresh: Relation): string =>
  `is_current = 1 AND _key_hash IN (SELECT _key_hash FROM ${relationSql(fresh)})`;

/**
 * Ends in `target` the versions that hold of the keys `fresh` speaks of, each on the first day `fresh` tells of its key; all of `fresh` is
 * later than all of `target`.
 * @returns the moving columns of the versions ended, before and after, as parts of the table's hash
 */
export async function endFollowed(
  warehouse: Warehouse,
  { target, fresh }: { target: Relation; fresh: Relation },
  options: QueryOptions,
): Promise<{ was: Measure; became: Measure }> {
  const days = await warehouse.rows(
    `SELECT toString(day) AS day FROM (SELECT min(valid_from) AS day FROM ${relationSql(fresh)} GROUP BY _key_hash) GROUP BY day ORDER BY day`,
    z.object({ day: z.string() }),
    options,
  );
  let total = { rows: 0, was: 0n, became: 0n };
  for (const { day } of days) {
    const end = `toDate32(${literal(day)})`;
    const where = `is_current = 1 AND _key_hash IN (SELECT _key_hash FROM ${relationSql(fresh)} GROUP BY _key_hash HAVING min(valid_from) = ${end})`;
    const [found = { rows: 0, was: '0', became: '0' }] = await warehouse.rows(
      `SELECT count() AS rows, toString(${movingHashesSql(['valid_to', 'is_current'])}) AS was, toString(${movingHashesSql([end, 'toUInt8(0)'])}) AS became
       FROM ${relationSql(target)} WHERE ${where}`,
      ended,
      options,
    );
    if (found.rows === 0) continue;
    await warehouse.run(
      `ALTER TABLE ${relationSql(target)} UPDATE valid_to = ${end}, is_current = 0 WHERE ${where} SETTINGS mutations_sync = 2`,
      options,
    );
    total = {
      rows: total.rows + found.rows,
      was: total.was + BigInt(found.was),
      became: total.became + BigInt(found.became),
    };
  }
  return { was: measured(total.rows, total.was), became: measured(total.rows, total.became) };
}
