/** The blocks of changed records: whether one passed the limit, and the pairs they give. */
import { z } from 'zod';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { type LinkTables, pairsOfBlock } from './blocks.ts';
import type { ChangeTables } from './changes.ts';
import type { Model, Specification } from './specification.ts';
import { vectorSql } from './sql-of.ts';
import { candidatesSql } from './weights.ts';

const count = z.coerce.number();
const options = { lane: 'batch' as const, tag: 'relink blocks' };

/** A row for each block a record of `table` is in. */
const inBlocks = (table: string, { blocks }: Specification, columns: readonly string[]): string =>
  `SELECT block, k, ${columns.join(', ')} FROM ${table}
   ARRAY JOIN [${blocks.map((_, i) => `toUInt8(${i})`).join(', ')}] AS block, [${blocks.map((_, i) => `k${i}`).join(', ')}] AS k
   WHERE k != 0`;

/** Fills `near`. */
export async function gatherNear(
  warehouse: Warehouse,
  { blocks }: Specification,
  tables: LinkTables,
  { fresh, gone, near }: ChangeTables,
): Promise<void> {
  const touched = blocks.map(
    (_, i) => `SELECT toUInt8(${i}) AS block, k${i} AS k, id, side, record FROM ${tables.record}
      WHERE k${i} IN (SELECT k${i} FROM ${fresh} WHERE k${i} != 0 UNION DISTINCT SELECT k${i} FROM ${gone} WHERE k${i} != 0)`,
  );
  await warehouse.run(
    `CREATE TABLE ${near} ENGINE = MergeTree ORDER BY tuple() AS ${touched.join(' UNION ALL ')}`,
    options,
  );
}

/** Did a block of the changed records pass the limit, up or down? */
export async function blocksGrown(
  warehouse: Warehouse,
  specification: Specification,
  { fresh, gone, near }: ChangeTables,
): Promise<boolean> {
  const { pairs, maxBlockPairs } = specification;
  const isLarge = (n: string, known: string): string =>
    `(${pairsOfBlock[pairs]
      .replaceAll(/\bknown\b/g, 'KNOWN')
      .replaceAll(/\bn\b/g, n)
      .replaceAll('KNOWN', known)}) > ${maxBlockPairs}`;
  const passed = await warehouse.value(
    `SELECT toUInt64(countIf(was != is)) FROM (
       SELECT block, k, toInt64(countIf(part = 'held')) AS n0, toInt64(countIf(part = 'held' AND side = 0)) AS known0,
         n0 + toInt64(countIf(part = 'fresh')) - toInt64(countIf(part = 'gone')) AS n1,
         known0 + toInt64(countIf(part = 'fresh' AND side = 0)) - toInt64(countIf(part = 'gone' AND side = 0)) AS known1,
         ${isLarge('n0', 'known0')} AS was, ${isLarge('n1', 'known1')} AS is
       FROM (SELECT block, k, side, 'held' AS part FROM ${near}
         UNION ALL ${inBlocks(fresh, specification, ['side', "'fresh' AS part"])}
         UNION ALL ${inBlocks(gone, specification, ['side', "'gone' AS part"])})
       GROUP BY block, k
     )`,
    count,
    options,
  );
  return passed > 0;
}

/**
 * Pairs of the fresh records with everybody in their blocks, each once, as candidates. The record table holds the fresh records.
 * @returns how many were compared
 */
export async function addCandidates(
  warehouse: Warehouse,
  specification: Specification,
  tables: LinkTables,
  { fresh, gone, near, pair, party, vector }: ChangeTables,
  { model, nextId }: { model: Model; nextId: number },
): Promise<number> {
  const { comparisons, pairs, maxBlockPairs } = specification;
  const may = {
    within: '1',
    across: 'one.side != other.side',
    anchored: '(one.side != 0 OR other.side != 0)',
  };
  // In an anchored pair whom nobody knows comes first, else the earlier record, as in a whole linkage.
  const isSwapped =
    pairs === 'within'
      ? 'one.record > other.record'
      : `if((one.side = 0) != (other.side = 0), one.side = 0, one.record > other.record)`;
  // No block has passed the limit: those too large were so before.
  const large = `SELECT block, k FROM (
    SELECT block, k, toUInt64(count()) AS n, toUInt64(countIf(side = 0)) AS known, ${pairsOfBlock[pairs]} AS pairs
    FROM ${near} GROUP BY block, k HAVING pairs > ${maxBlockPairs})`;
  const ones = inBlocks(fresh, specification, ['id', 'side', 'record']);
  await warehouse.run(
    `CREATE TABLE ${pair} ENGINE = MergeTree ORDER BY tuple() AS
     SELECT DISTINCT if(${isSwapped}, other.id, one.id) AS l, if(${isSwapped}, one.id, other.id) AS r
     FROM (SELECT block, k, id, side, record FROM ${near} WHERE id NOT IN (SELECT id FROM ${gone}) UNION ALL ${ones}) AS other
     INNER JOIN (${ones}) AS one ON other.block = one.block AND other.k = one.k
     WHERE other.id != one.id AND ${may[pairs]} AND (other.id < ${nextId} OR one.record < other.record)
       AND (other.block, other.k) NOT IN (${large})`,
    options,
  );
  const columns = [
    'id',
    'record',
    'side',
    'anchor',
    ...specification.columns.map(({ name }) => identifier(name)),
  ];
  await warehouse.run(
    `CREATE TABLE ${party} ENGINE = MergeTree ORDER BY tuple() AS
     SELECT ${columns.join(', ')} FROM ${tables.record} WHERE id IN (SELECT l FROM ${pair} UNION DISTINCT SELECT r FROM ${pair})`,
    options,
  );
  // Some hundred thousand pairs are one task for the engine unless told otherwise, and comparing is what a day's pairs cost.
  await warehouse.run(
    `CREATE TABLE ${vector} ENGINE = MergeTree ORDER BY tuple() AS
     SELECT pair.l AS l, pair.r AS r, ${vectorSql(comparisons)} AS vector
     FROM ${pair} AS pair INNER JOIN ${party} AS l ON pair.l = l.id INNER JOIN ${party} AS r ON pair.r = r.id
     SETTINGS max_block_size = 8192, merge_tree_min_rows_for_concurrent_read = 8192, merge_tree_min_bytes_for_concurrent_read = 65536`,
    options,
  );
  await warehouse.run(
    `INSERT INTO ${tables.candidate} ${candidatesSql(specification, model, vector, party)}`,
    options,
  );
  return warehouse.value(`SELECT toUInt64(count()) FROM ${vector}`, count, options);
}
