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

/**
 * What was believed of the key, oldest day first: one row a record (a household has several members, a person several sources).
 * @throws AppError `not_found` for an unknown entity
 */
export async function asOf(warehouse: Warehouse, { entity, key, valid, known }: AsOf): Promise<Belief[]> {
  const { key: column, ours } = historyEntity(entity);
  const name = identifier(column);
  const params = { key, known, ...(valid === undefined ? {} : { valid }) };
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
     WHERE ${name} = {key:String} AND ${when.join(' AND ')} ${source} ORDER BY valid_from, known_from, _batch_id, _row_no LIMIT 1000`,
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
  const found = await warehouse.value(
    `SELECT toUInt32(count()) FROM ${place.table} WHERE ${identifier(place.column)} = {key:String} AND ${scope.sql}`,
    z.number(),
    { lane: 'interactive', params: { key, ...scope.params }, tag: `place of ${entity}` },
  );
  return found > 0;
}
