/** What was known of an entity: `as_of(valid, known)` for one key. */
import { z } from 'zod';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { type HistoryName, historyEntity } from './entities.ts';

export interface AsOf {
  entity: HistoryName;
  key: string;
  /** Day it is about, YYYY-MM-DD; every day when absent. */
  valid?: string;
  /** Instant, ISO 8601: what was known then. */
  known: string;
}

export const beliefSchema = z.object({
  /** What was believed, by column; personal values masked. */
  values: z.record(z.string(), z.unknown()),
  /** Days of which it was believed, the last not included; `2299-12-31` is the end of time. */
  validFrom: z.string(),
  validTo: z.string(),
  /** Instants between which it was believed. */
  knownFrom: z.string(),
  knownTo: z.string(),
});
export type Belief = z.output<typeof beliefSchema>;

const TIMES = ['valid_from', 'valid_to', 'known_from', 'known_to'];

export interface Codes {
  /** The code all of them are known by now. */
  kept: string;
  /** Every code of what people decided to be one; the key alone where nobody decided anything. */
  codes: string[];
}

/** By which codes an entity has been known: a dwelling merged into another is found under either. */
export async function codesOf(
  warehouse: Warehouse,
  { entity, key }: Pick<AsOf, 'entity' | 'key'>,
): Promise<Codes> {
  const { merged } = historyEntity(entity);
  if (merged === undefined) return { kept: key, codes: [key] };
  const pairs = await warehouse.rows(
    `SELECT left_code AS left, kept_code AS kept FROM ${merged}
     WHERE kept_code = if((SELECT count() FROM ${merged} WHERE left_code = {key:String}) > 0,
       (SELECT any(kept_code) FROM ${merged} WHERE left_code = {key:String}), {key:String}) ORDER BY left`,
    z.object({ left: z.string(), kept: z.string() }),
    { lane: 'interactive', params: { key }, tag: `codes of ${entity}` },
  );
  const kept = pairs[0]?.kept ?? key;
  return { kept, codes: [kept, ...pairs.map(({ left }) => left)] };
}

/**
 * What was believed of the key, oldest day first: one row a record (a household has several members, a person several sources).
 * Of codes decided to be one, what was told of each: the row says by which.
 * @throws AppError `not_found` for an unknown entity
 */
export async function asOf(warehouse: Warehouse, { entity, key, valid, known }: AsOf): Promise<Belief[]> {
  const { key: column, ours } = historyEntity(entity);
  const name = identifier(column);
  const { codes } = await codesOf(warehouse, { entity, key });
  const params = { key, codes, known, ...(valid === undefined ? {} : { valid }) };
  const options = { lane: 'interactive' as const, params, tag: `as of ${entity}` };
  const instant = "parseDateTime64BestEffort({known:String}, 3, 'UTC')";
  const when = [`known_from <= ${instant}`, `known_to > ${instant}`];
  if (valid !== undefined)
    when.push('valid_from <= toDate32({valid:String})', 'valid_to > toDate32({valid:String})');
  // Once our own store has told of a number it is ours, also where it told that it is gone.
  const source =
    ours === undefined
      ? ''
      : `AND record_source = if((SELECT count() FROM ${ours} WHERE ${name} = {key:String} AND known_from <= ${instant}) > 0, 'anju', 'operations')`;
  const rows = await warehouse.rows(
    `SELECT * FROM ${identifier('open_base')}.${identifier(`history_${entity}`)}
     WHERE ${name} IN {codes:Array(String)} AND ${when.join(' AND ')} ${source} ORDER BY valid_from, known_from, _batch_id, _row_no LIMIT 1000`,
    z.record(z.string(), z.unknown()),
    options,
  );
  return rows.map((row) => ({
    values: Object.fromEntries(
      Object.entries(row).filter(([field]) => !field.startsWith('_') && !TIMES.includes(field)),
    ),
    validFrom: String(row['valid_from']),
    validTo: String(row['valid_to']),
    knownFrom: isoInstant(row['known_from']),
    knownTo: isoInstant(row['known_to']),
  }));
}

/** The engine's `2026-01-01 08:00:00.000`, in UTC. */
const isoInstant = (text: unknown): string => `${String(text).replace(' ', 'T')}Z`;

/** Is the entity inside the divisions of `scope`, a condition over division columns? False where it cannot be placed. */
export async function isPlacedIn(
  warehouse: Warehouse,
  { entity, key }: Pick<AsOf, 'entity' | 'key'>,
  scope: { sql: string; params: Record<string, string> },
): Promise<boolean> {
  const { place } = historyEntity(entity);
  if (scope.sql === '1') return true;
  if (place === undefined) return false;
  const { codes } = await codesOf(warehouse, { entity, key });
  const found = await warehouse.value(
    `SELECT toUInt32(count()) FROM ${place.table} WHERE ${identifier(place.column)} IN {codes:Array(String)} AND ${scope.sql}`,
    z.number(),
    { lane: 'interactive', params: { codes, ...scope.params }, tag: `place of ${entity}` },
  );
  return found > 0;
}
