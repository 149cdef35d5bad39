/** How common the values are whose first level is weighed by that: counted once, and kept by what comes and goes. */
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { LinkTables } from './blocks.ts';
import type { Comparison, Specification } from './specification.ts';

const options = { lane: 'batch' as const, tag: 'link frequency' };

/** Comparisons weighed by frequency; `i` is their place among all, `best` the number of their first level. */
export const frequentOf = ({ comparisons }: Specification): (Comparison & { i: number; best: number })[] =>
  comparisons.flatMap((comparison, i) =>
    comparison.termFrequency ? [{ ...comparison, i, best: comparison.levels.length + 1 }] : [],
  );

/** Counts the values of all records anew. */
export async function countFrequencies(
  warehouse: Warehouse,
  specification: Specification,
  { frequency, record }: LinkTables,
): Promise<void> {
  await warehouse.run(`DROP TABLE IF EXISTS ${frequency}`, options);
  await warehouse.run(
    `CREATE TABLE ${frequency} (term UInt8, value String, n Int64) ENGINE = SummingMergeTree ORDER BY (term, value)`,
    options,
  );
  await addFrequencies(warehouse, specification, frequency, [{ table: record, sign: 1 }]);
}

/** Adds (`sign` 1) or takes away (-1) the values of each table's records. */
export async function addFrequencies(
  warehouse: Warehouse,
  specification: Specification,
  frequency: string,
  parts: readonly { table: string; sign: 1 | -1 }[],
): Promise<void> {
  const counts = frequentOf(specification).flatMap(({ column, i }) =>
    parts.map(
      ({ table, sign }) =>
        `SELECT toUInt8(${i}) AS term, ${identifier(column)} AS value, ${sign} * toInt64(count()) AS n
         FROM ${table} WHERE value != '' GROUP BY value`,
    ),
  );
  if (counts.length > 0)
    await warehouse.run(`INSERT INTO ${frequency} ${counts.join(' UNION ALL ')}`, options);
}

/** `value, share` of the values of comparison `i` that `values` (a subquery) gives, among the records that say one. */
export const shareSql = (frequency: string, i: number, values: string): string =>
  `SELECT value, sum(n) / (SELECT sum(n) FROM ${frequency} WHERE term = ${i}) AS share
   FROM ${frequency} WHERE term = ${i} AND value IN (${values}) GROUP BY value`;
