/** Records with their normalised columns and block keys, and the pairs the blocks give: counted before they are made. */
import { z } from 'zod';
import { identifier, tableName } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { Specification } from './specification.ts';
import { blockKeySql, columnSql, vectorSql } from './sql-of.ts';

export interface LinkInput {
  /**
   * SELECT of `record String` (unique), `side UInt8` and the specification's input columns; with `pairs: 'anchored'` also `anchor
   * String`: who a record of side 0 is known to be, '' on side 1.
   */
  records: string;
  specification: Specification;
  /** Names the work tables of this linkage: `person`. */
  name: string;
}

export interface BlockCount {
  block: string;
  pairs: number;
  /** Blocks left out because they were too large, and the pairs in them. */
  leftOut: number;
  pairsLeftOut: number;
}

export interface LinkTables {
  /** `id UInt32, record, side, anchor, hash UInt64` of all it was given as, columns, `k0…` block keys */
  record: string;
  /** `a, b UInt32`: the pairs of the block at hand */
  block: string;
  /** `l, r UInt32, vector UInt64`: every pair compared by the last whole linkage */
  pair: string;
  /** Pairs that may reach the clerical chance whatever their names’ frequency: `l, r, vector, base` and what edges need of both. */
  candidate: string;
  /** `term UInt8, value String, n Int64`: how often records say a value, of comparisons weighed by that */
  frequency: string;
}

export const LINKAGE_DATABASE = 'linkage';
const count = z.coerce.number();

export const linkTables = (name: string): LinkTables => ({
  record: tableName(LINKAGE_DATABASE, `${name}_record`),
  block: tableName(LINKAGE_DATABASE, `${name}_block`),
  pair: tableName(LINKAGE_DATABASE, `${name}_pair`),
  candidate: tableName(LINKAGE_DATABASE, `${name}_candidate`),
  frequency: tableName(LINKAGE_DATABASE, `${name}_frequency`),
});

/** Columns of the input that are compared in some way. */
export const usedColumns = ({ columns }: Specification): string[] => [
  ...new Set(columns.flatMap(({ from }) => from)),
];

/** The input with `_hash`, which changes when anything of the record does: it tells what changed and is no seal (a fifth of sipHash128's time). */
export function hashedInput({ records, specification }: LinkInput): string {
  const anchor = specification.pairs === 'anchored' ? 'toString(anchor)' : "''";
  const used = usedColumns(specification).map((column) => `ifNull(toString(${identifier(column)}), '')`);
  return `SELECT *, toString(record) AS _record, toUInt8(side) AS _side, ${anchor} AS _anchor,
    cityHash64(_record, _side, _anchor, ${used.join(', ')}) AS _hash FROM (${records})`;
}

/** Rows of the record table but for `id`, of rows as `hashedInput` has them, in order of their records. */
export function preparedSql({ columns, blocks }: Specification, hashed: string): string {
  const cleaned = columns.map((column) => `${columnSql(column)} AS ${identifier(`_${column.name}`)}`);
  const named = columns.map((column) => `${identifier(`_${column.name}`)} AS ${identifier(column.name)}`);
  return `SELECT *, ${blocks.map((block, i) => `${blockKeySql(block)} AS k${i}`).join(', ')}
     FROM (
       SELECT _record AS record, _side AS side, _anchor AS anchor, _hash AS hash, ${named.join(', ')}
       FROM (SELECT _record, _side, _anchor, _hash, ${cleaned.join(', ')} FROM (${hashed}) ORDER BY _record)
     )`;
}

export async function prepareRecords(
  warehouse: Warehouse,
  input: LinkInput,
  tables: LinkTables,
): Promise<number> {
  const options = { lane: 'batch' as const, tag: `link ${input.name} records` };
  await warehouse.run(`DROP TABLE IF EXISTS ${tables.record}`, options);
  await warehouse.run(
    `CREATE TABLE ${tables.record} ENGINE = MergeTree ORDER BY id AS
     SELECT toUInt32(rowNumberInAllBlocks()) AS id, * FROM (${preparedSql(input.specification, hashedInput(input))})`,
    options,
  );
  return warehouse.value(`SELECT toUInt64(count()) FROM ${tables.record}`, count, options);
}

/** Pairs of a block with `n` records, `known` of them of side 0. */
export const pairsOfBlock: Record<Specification['pairs'], string> = {
  within: 'intDiv(n * (n - 1), 2)',
  across: 'known * (n - known)',
  anchored: 'known * (n - known) + intDiv((n - known) * (n - known - 1), 2)',
};
const sizesSql = (specification: Specification, tables: LinkTables, i: number): string =>
  `SELECT k${i} AS k, toUInt64(count()) AS n, toUInt64(countIf(side = 0)) AS known, ${pairsOfBlock[specification.pairs]} AS pairs
   FROM ${tables.record} WHERE k${i} != 0 GROUP BY k HAVING n > 1 AND pairs > 0`;

export function countBlocks(
  warehouse: Warehouse,
  specification: Specification,
  tables: LinkTables,
): Promise<BlockCount[]> {
  const counted = z.object({ pairs: count, leftOut: count, pairsLeftOut: count });
  const limit = specification.maxBlockPairs;
  return inTurn(specification.blocks, async (block, i) => {
    const [row] = await warehouse.rows(
      `SELECT sumIf(size, size <= ${limit}) AS pairs, countIf(size > ${limit}) AS leftOut, sumIf(size, size > ${limit}) AS pairsLeftOut
       FROM (SELECT pairs AS size FROM (${sizesSql(specification, tables, i)}))`,
      counted,
      { lane: 'batch', tag: `link block ${block.name}` },
    );
    return { block: block.name, ...(row ?? { pairs: 0, leftOut: 0, pairsLeftOut: 0 }) };
  });
}

/** Levels of every pair of the blocks; a pair two blocks give is compared in the first. */
export async function comparePairs(
  warehouse: Warehouse,
  specification: Specification,
  tables: LinkTables,
): Promise<void> {
  const options = { lane: 'batch' as const, tag: 'link pairs' };
  await warehouse.run(`DROP TABLE IF EXISTS ${tables.pair}`, options);
  await warehouse.run(
    `CREATE TABLE ${tables.pair} (l UInt32, r UInt32, vector UInt64) ENGINE = MergeTree ORDER BY tuple()`,
    options,
  );
  const { blocks, comparisons, maxBlockPairs } = specification;
  for (const [i] of blocks.entries()) {
    // A few records may have millions of pairs, which an array gives all at once: from a table they come by handfuls to be joined.
    await warehouse.run(
      `CREATE OR REPLACE TABLE ${tables.block} ENGINE = MergeTree ORDER BY tuple() AS ${pairsSql(specification, tables, i, maxBlockPairs)}`,
      options,
    );
    // Blocks too large were left out, so a pair in one may still come from a later block: their keys do not count as shared.
    const before = blocks
      .slice(0, i)
      .map((_, j) => `(l.k${j} = r.k${j} AND l.k${j} != 0 AND l.k${j} NOT IN large${j})`);
    const large = before.map((_, j) => largeBlocks(specification, tables, j));
    const sql = `
      ${large.length > 0 ? `WITH ${large.join(', ')}` : ''}
      SELECT l.id AS l, r.id AS r, ${vectorSql(comparisons)} AS vector
      FROM ${tables.block} AS pair
      INNER JOIN ${recordsIn(tables.record, 'a', tables.block)} AS l ON pair.a = l.id
      INNER JOIN ${recordsIn(tables.record, 'b', tables.block)} AS r ON pair.b = r.id
      ${before.length > 0 ? `WHERE NOT (${before.join(' OR ')})` : ''}`;
    await warehouse.run(`INSERT INTO ${tables.pair} ${sql}`, options);
  }
  await warehouse.run(`DROP TABLE IF EXISTS ${tables.block}`, options);
}

const largeBlocks = (specification: Specification, tables: LinkTables, i: number): string =>
  `large${i} AS (SELECT k FROM (${sizesSql(specification, tables, i)}) WHERE pairs > ${specification.maxBlockPairs})`;

/**
 * Records of these pairs alone, to be joined to them: the others need no place in memory, and are nearly all of a city's two million.
 * @param pairs a table, or a query in brackets
 */
export const recordsIn = (record: string, column: string, pairs: string): string =>
  `(SELECT * FROM ${record} WHERE id IN (SELECT ${column} FROM ${pairs}))`;

/** Pairs `a`, `b` of the records of one block, each once. */
function pairsSql(specification: Specification, tables: LinkTables, i: number, limit: number): string {
  const { pairs } = specification;
  const active = pairs === 'within' ? '1' : 'side != 0';
  // Who is known is not compared with who is known: most keys are of such alone.
  const isShared =
    pairs === 'within' ? '' : `AND k${i} IN (SELECT k${i} FROM ${tables.record} WHERE ${active})`;
  const others = 'arraySlice(ids, position + 1)';
  const partners =
    pairs === 'within' ? others : pairs === 'across' ? 'fixed' : `arrayConcat(fixed, ${others})`;
  return `
    SELECT a, arrayJoin(${partners}) AS b
    FROM (
      SELECT arraySort(groupArrayIf(id, ${active})) AS ids, groupArrayIf(id, NOT (${active})) AS fixed,
        toUInt64(count()) AS n, toUInt64(countIf(side = 0)) AS known, ${pairsOfBlock[pairs]} AS pairs
      FROM ${tables.record} WHERE k${i} != 0 ${isShared} GROUP BY k${i}
      HAVING n > 1 AND pairs BETWEEN 1 AND ${limit}
    )
    ARRAY JOIN ids AS a, arrayEnumerate(ids) AS position`;
}

async function inTurn<T, R>(items: readonly T[], work: (item: T, i: number) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const [i, item] of items.entries()) done.push(await work(item, i));
  return done;
}
