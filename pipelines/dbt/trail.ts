/**
 * What changed in a table that others follow: each build lays a step, the values its changed rows had and have in the columns the followers
 * ask for. The chain of steps is in the table's stamp, so it is published with the table; a step laid by a build that was killed is in no
 * chain, and where its number is given again there are more keys than needed, never fewer.
 */
import { z } from 'zod';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { type Trail, trailSchema } from './follows.ts';
import { type Content, relationSql, WHOLE } from './sql.ts';
import { countRows } from './state.ts';
import { type Relation, relationName } from './types.ts';

const DATABASE = 'trail';
/** A follower that has not been built for so many changes is built whole. */
const MOST_STEPS = 30;
/** More than this share of a table changed, and not just a few rows: building what follows it whole costs no more. */
const MUCH = 0.3;
const FEW = 10_000;
export const isMuch = (changed: number, held: number): boolean => changed > Math.max(FEW, MUCH * held);

/** A state of a table or source that is followed: what it says now, and how it came to. */
export interface Trailed {
  hash: string;
  trail?: Trail;
}

const trailOf = ({ database, name }: Relation): Relation => ({
  database: DATABASE,
  name: `${database}__${name}`,
});
const columnsSql = (columns: readonly string[]): string => columns.map(identifier).join(', ');
const optionsOf = (relation: Relation): { lane: 'batch'; tag: string } => ({
  lane: 'batch',
  tag: `trail ${relationName(relation)}`,
});

/** A bracketed query of what rows that changed since the table's hash was `since` say in these columns; undefined where nobody knows. */
export function changedSince(
  relation: Relation,
  { trail }: Trailed,
  since: string,
  columns: readonly string[],
): string | undefined {
  const first = trail?.steps.findLast(({ from }) => from === since);
  if (!trail || !first || columns.some((name) => !trail.columns.includes(name))) return undefined;
  return `(SELECT ${columnsSql(columns)} FROM ${relationSql(trailOf(relation))} WHERE at >= ${first.at})`;
}

/** How many rows of the trail that is. */
export const stepsSince = ({ trail }: Trailed, since: string): number => {
  const steps = trail?.steps ?? [];
  const first = steps.findLastIndex(({ from }) => from === since);
  return steps.slice(first).reduce((sum, { rows }) => sum + rows, 0);
};

export interface Step {
  /** The trail so far, of the table that was. */
  before: Trailed;
  columns: readonly string[];
  /** Rows of the table. */
  held: number;
  /** A query of the rows that left or came. */
  changed: string;
}

/**
 * Lays a step.
 * @returns the trail to publish with the table; undefined where so much changed that nobody will follow
 */
export async function layStep(
  warehouse: Warehouse,
  relation: Relation,
  { before, columns, held, changed }: Step,
): Promise<Trail | undefined> {
  const trail = trailOf(relation);
  const options = optionsOf(relation);
  const goesOn = before.trail && JSON.stringify(before.trail.columns) === JSON.stringify(columns);
  const steps = goesOn ? (before.trail?.steps ?? []) : [];
  const at = (steps.at(-1)?.at ?? 0) + 1;
  const select = `SELECT DISTINCT toUInt32(${at}) AS at, ${columnsSql(columns)} FROM (${changed})`;
  if (steps.length === 0) {
    await warehouse.run(`CREATE DATABASE IF NOT EXISTS ${identifier(DATABASE)}`, options);
    await warehouse.run(
      `CREATE OR REPLACE TABLE ${relationSql(trail)} ENGINE = MergeTree PARTITION BY at ORDER BY tuple() AS ${select}`,
      options,
    );
  } else {
    await warehouse.run(`INSERT INTO ${relationSql(trail)} ${select}`, options);
  }
  const rows = await countRows(warehouse, trail, `at = ${at}`);
  const kept = [...steps, { at, from: before.hash, rows }];
  const isLong = (): boolean =>
    kept.length > MOST_STEPS ||
    isMuch(
      kept.reduce((sum, step) => sum + step.rows, 0),
      held,
    );
  while (kept.length > 0 && isLong()) {
    const oldest = kept.shift();
    await warehouse.run(
      `ALTER TABLE ${relationSql(trail)} DROP PARTITION ID ${literal(String(oldest?.at))}`,
      options,
    );
  }
  return kept.length === 0 ? undefined : { columns: [...columns], steps: kept };
}

/**
 * A query of the rows by which two tables of the same columns differ.
 * @param was a relation or a query in brackets, as is `is`
 */
export function differenceSql(
  was: string,
  is: string,
  columns: readonly string[],
  { unhashed }: Content,
): string {
  const content = unhashed.length === 0 ? '*' : `* EXCEPT (${columnsSql(unhashed)})`;
  const side = (rows: string, sign: number): string =>
    `SELECT ${columnsSql(columns)}, cityHash64(tuple(${content})) AS _content, toInt8(${sign}) AS _sign FROM ${rows}`;
  const values = columns.map((name) => `any(side.${identifier(name)}) AS ${identifier(name)}`);
  return `SELECT ${values.join(', ')} FROM (${side(was, -1)} UNION ALL ${side(is, 1)}) AS side GROUP BY side._content HAVING sum(side._sign) != 0`;
}

const MARK = 'followed ';
const seenSchema = z.object({ hash: z.string(), trail: trailSchema.optional() });

/**
 * Follows a source that is written as a whole by somebody else: a copy is kept of what was last seen (a clone, which shares its parts), and
 * what it is now is held against that.
 */
export async function followSource(
  warehouse: Warehouse,
  source: Relation,
  hash: string,
  columns: readonly string[],
): Promise<Trailed> {
  const seen = { database: DATABASE, name: `${trailOf(source).name}__seen` };
  const options = optionsOf(source);
  const known = await seenState(warehouse, seen);
  const isSame =
    known?.hash === hash && JSON.stringify(known.trail?.columns ?? columns) === JSON.stringify(columns);
  if (isSame) return known;
  const now: Trailed = { hash };
  if (known) {
    const trail = await layStep(warehouse, source, {
      before: known,
      columns,
      held: await countRows(warehouse, source),
      changed: differenceSql(relationSql(seen), relationSql(source), columns, WHOLE),
    });
    if (trail) now.trail = trail;
  }
  await warehouse.run(`CREATE DATABASE IF NOT EXISTS ${identifier(DATABASE)}`, options);
  const next = relationSql({ ...seen, name: `${seen.name}_next` });
  await warehouse.run(`DROP TABLE IF EXISTS ${next}`, options);
  await warehouse.run(`CREATE TABLE ${next} CLONE AS ${relationSql(source)}`, options);
  await warehouse.run(`ALTER TABLE ${next} MODIFY COMMENT ${literal(MARK + JSON.stringify(now))}`, options);
  await warehouse.run(`CREATE TABLE IF NOT EXISTS ${relationSql(seen)} AS ${next}`, options);
  await warehouse.run(`EXCHANGE TABLES ${next} AND ${relationSql(seen)}`, options);
  await warehouse.run(`DROP TABLE ${next}`, options);
  return now;
}

async function seenState(warehouse: Warehouse, seen: Relation): Promise<Trailed | undefined> {
  const [found] = await warehouse.rows(
    'SELECT comment FROM system.tables WHERE database = {database:String} AND name = {name:String}',
    z.object({ comment: z.string() }),
    { ...optionsOf(seen), params: { ...seen } },
  );
  // Without our mark a build was killed before it had told what the copy is.
  if (!found?.comment.startsWith(MARK)) return undefined;
  const { hash, trail } = seenSchema.parse(JSON.parse(found.comment.slice(MARK.length)));
  return { hash, ...(trail && { trail }) };
}
