/**
 * Rows that leave a table, or change in it: looked for once, by the columns they are told by, and put aside with what is asked of them
 * later (hash, trail, tests) and with the place where they lie, by which they are changed. Their keys lie all over the table as a rule:
 * every column that is read of them is read nearly whole.
 */
import { z } from 'zod';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { QueryOptions, Warehouse } from '../../warehouse/engine/warehouse.ts';
import { leavingRelation, relationSql } from './sql.ts';
import type { Relation } from './types.ts';

const PART = '_leaving_part';
const OFFSET = '_leaving_offset';
/** Each part is a condition of its own on every row: of more the columns themselves cost less. */
const MOST_PARTS = 4;

/**
 * Puts aside the rows of `target`, the copy of a published table, that meet `where`.
 * @param columns what is asked of them: SQL
 */
export async function putLeavingAside(
  warehouse: Warehouse,
  published: Relation,
  { target, where, columns }: { target: Relation; where: string; columns: readonly string[] },
  options: QueryOptions,
): Promise<Relation> {
  const leaving = leavingRelation(published);
  const asked = [`_part AS ${PART}`, `_part_offset AS ${OFFSET}`, ...columns].join(', ');
  await warehouse.run(
    `CREATE TABLE ${relationSql(leaving)} ENGINE = Memory AS SELECT ${asked} FROM ${relationSql(target)} WHERE ${where}`,
    options,
  );
  return leaving;
}

/**
 * Changes in `target` the rows put aside, by their place. A part may have been merged since: then they are changed once more by what they
 * were told by, which those that are changed already do not meet.
 * @param change the statement up to its condition, and what comes behind that
 */
export async function changeLeaving(
  warehouse: Warehouse,
  { target, leaving, where }: { target: Relation; leaving: Relation; where: string },
  [change, ending]: readonly [string, string],
  options: QueryOptions,
): Promise<void> {
  const run = (condition: string): Promise<void> =>
    warehouse.run(`${change} WHERE ${condition}${ending}`, options);
  const found = await warehouse.rows(
    `SELECT DISTINCT ${identifier(PART)} AS part FROM ${relationSql(leaving)} ORDER BY part`,
    z.object({ part: z.string() }),
    options,
  );
  const parts = found.map(({ part }) => part);
  if (parts.length > MOST_PARTS) return run(where);
  const places = parts.map(
    (part) =>
      `_part = ${literal(part)} AND _part_offset IN (SELECT ${OFFSET} FROM ${relationSql(leaving)} WHERE ${PART} = ${literal(part)})`,
  );
  await run(places.join(' OR '));
  if (!(await areUnmerged(warehouse, target, parts, options))) await run(where);
}

/** A part that was changed has the name it had, with the number of the change behind it. */
const unchangedName = (part: string): string => part.split('_', 4).join('_');

async function areUnmerged(
  warehouse: Warehouse,
  target: Relation,
  parts: readonly string[],
  options: QueryOptions,
): Promise<boolean> {
  const active = await warehouse.rows(
    'SELECT name FROM system.parts WHERE active AND database = {database:String} AND table = {name:String}',
    z.object({ name: z.string() }),
    { ...options, params: { ...target } },
  );
  const names = new Set(active.map(({ name }) => unchangedName(name)));
  return parts.every((part) => names.has(unchangedName(part)));
}
