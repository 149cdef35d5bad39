/**
 * Links records by a specification, in ClickHouse SQL: normalised columns and block keys, pairs counted before they are made,
 * levels of agreement a pair, a model learned from the counts of levels, weights, clusters. Only counts of vectors and the pairs
 * worth a look leave the engine.
 */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { identifier, tableName } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { cluster, type Clusters, type Edge, type Exclusive } from './clusters.ts';
import { learn, type Learned, levelWeight, priorWeight, type VectorCount, weightOf } from './model.ts';
import type { Model, Specification } from './specification.ts';
import { blockKeySql, columnSql, levelInSql, levelsIn, vectorSql } from './sql-of.ts';

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

export interface Linked {
  records: number;
  blocks: BlockCount[];
  /** Pairs compared, each once. */
  pairs: number;
  vectors: number;
  model: Model | Learned;
  /** Pairs at or above the clerical chance, by number of record; weight in log2 of the odds. */
  edges: WeighedPair[];
  clusters: Clusters;
  tables: LinkTables;
}

export interface WeighedPair extends Edge {
  vector: string;
  lRecord: string;
  rRecord: string;
  /** Who the record is known to be; '' where nobody knows. */
  lAnchor: string;
  rAnchor: string;
  lSide: number;
  rSide: number;
}

export interface LinkTables {
  /** `id UInt32, record, side, anchor`, columns, `k0…` block keys */
  record: string;
  /** `l, r UInt32, vector UInt64` */
  pair: string;
}

export const LINKAGE_DATABASE = 'linkage';
/** Enough to tell what chance agreement is worth; what nobody shows among them is smoothed. */
const RANDOM_PAIRS = 300_000;
const count = z.coerce.number();

export const linkTables = (name: string): LinkTables => ({
  record: tableName(LINKAGE_DATABASE, `${name}_record`),
  pair: tableName(LINKAGE_DATABASE, `${name}_pair`),
});

/**
 * @throws AppError `resource_limit` when the blocks would give more pairs than the specification allows
 */
export async function link(warehouse: Warehouse, input: LinkInput): Promise<Linked> {
  const { specification, name } = input;
  const tables = linkTables(name);
  const options = { lane: 'batch' as const, tag: `link ${name}` };
  await warehouse.run(`CREATE DATABASE IF NOT EXISTS ${identifier(LINKAGE_DATABASE)}`, options);
  const records = await prepareRecords(warehouse, input, tables);
  const blocks = await countBlocks(warehouse, specification, tables);
  const planned = blocks.reduce((sum, each) => sum + each.pairs, 0);
  if (planned > specification.maxPairs) {
    throw new AppError('resource_limit', `The blocks of ${name} would give ${planned} pairs.`, {
      where: Object.fromEntries(blocks.map((each) => [each.block, each.pairs])),
      fix: 'Make blocks narrower or raise maxPairs.',
    });
  }
  await comparePairs(warehouse, specification, tables);
  const candidates = await vectorCounts(warehouse, specification, `SELECT vector FROM ${tables.pair}`);
  const pairs = candidates.reduce((sum, each) => sum + each.pairs, 0);
  const model = specification.model ?? (await learned(warehouse, specification, tables, candidates));
  const edges = await weighedEdges(warehouse, specification, tables, model);
  const threshold = weightOf(specification.match);
  const exclusive = exclusiveOf(specification, edges);
  const clusters = cluster(
    edges.filter((edge) => edge.weight >= threshold),
    exclusive,
  );
  return { records, blocks, pairs, vectors: candidates.length, model, edges, clusters, tables };
}

async function prepareRecords(warehouse: Warehouse, input: LinkInput, tables: LinkTables): Promise<number> {
  const { columns, blocks, pairs } = input.specification;
  const options = { lane: 'batch' as const, tag: `link ${input.name} records` };
  await warehouse.run(`DROP TABLE IF EXISTS ${tables.record}`, options);
  const cleaned = columns.map((column) => `${columnSql(column)} AS ${identifier(`_${column.name}`)}`);
  const named = columns.map((column) => `${identifier(`_${column.name}`)} AS ${identifier(column.name)}`);
  await warehouse.run(
    `CREATE TABLE ${tables.record} ENGINE = MergeTree ORDER BY id AS
     SELECT *, ${blocks.map((block, i) => `${blockKeySql(block)} AS k${i}`).join(', ')}
     FROM (
       SELECT toUInt32(rowNumberInAllBlocks()) AS id, _record AS record, _side AS side, _anchor AS anchor, ${named.join(', ')}
       FROM (SELECT toString(record) AS _record, toUInt8(side) AS _side, ${pairs === 'anchored' ? 'toString(anchor)' : "''"} AS _anchor, ${cleaned.join(', ')} FROM (${input.records}) ORDER BY _record)
     )`,
    options,
  );
  return warehouse.value(`SELECT toUInt64(count()) FROM ${tables.record}`, count, options);
}

/** Pairs of a block with `n` records, `known` of them of side 0. */
const pairsOfBlock: Record<Specification['pairs'], string> = {
  within: 'intDiv(n * (n - 1), 2)',
  across: 'known * (n - known)',
  anchored: 'known * (n - known) + intDiv((n - known) * (n - known - 1), 2)',
};
const sizesSql = (specification: Specification, tables: LinkTables, i: number): string =>
  `SELECT k${i} AS k, toUInt64(count()) AS n, toUInt64(countIf(side = 0)) AS known, ${pairsOfBlock[specification.pairs]} AS pairs
   FROM ${tables.record} WHERE k${i} != 0 GROUP BY k HAVING n > 1 AND pairs > 0`;

function countBlocks(
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
async function comparePairs(
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
    // Blocks too large were left out, so a pair in one may still come from a later block: their keys do not count as shared.
    const before = blocks
      .slice(0, i)
      .map((_, j) => `(l.k${j} = r.k${j} AND l.k${j} != 0 AND l.k${j} NOT IN large${j})`);
    const large = before.map((_, j) => largeBlocks(specification, tables, j));
    const sql = `
      ${large.length > 0 ? `WITH ${large.join(', ')}` : ''}
      SELECT l.id AS l, r.id AS r, ${vectorSql(comparisons)} AS vector
      FROM (${pairsSql(specification, tables, i, maxBlockPairs)}) AS pair
      INNER JOIN ${tables.record} AS l ON pair.a = l.id
      INNER JOIN ${tables.record} AS r ON pair.b = r.id
      ${before.length > 0 ? `WHERE NOT (${before.join(' OR ')})` : ''}`;
    await warehouse.run(`INSERT INTO ${tables.pair} ${sql}`, options);
  }
}

const largeBlocks = (specification: Specification, tables: LinkTables, i: number): string =>
  `large${i} AS (SELECT k FROM (${sizesSql(specification, tables, i)}) WHERE pairs > ${specification.maxBlockPairs})`;

/** Pairs `a`, `b` of the records of one block, each once. */
function pairsSql(specification: Specification, tables: LinkTables, i: number, limit: number): string {
  const { pairs } = specification;
  const active = pairs === 'within' ? '1' : 'side != 0';
  const others = 'arraySlice(ids, position + 1)';
  const partners =
    pairs === 'within' ? others : pairs === 'across' ? 'fixed' : `arrayConcat(fixed, ${others})`;
  return `
    SELECT a, arrayJoin(${partners}) AS b
    FROM (
      SELECT arraySort(groupArrayIf(id, ${active})) AS ids, groupArrayIf(id, NOT (${active})) AS fixed,
        toUInt64(count()) AS n, toUInt64(countIf(side = 0)) AS known, ${pairsOfBlock[pairs]} AS pairs
      FROM ${tables.record} WHERE k${i} != 0 GROUP BY k${i}
      HAVING n > 1 AND pairs BETWEEN 1 AND ${limit}
    )
    ARRAY JOIN ids AS a, arrayEnumerate(ids) AS position`;
}

async function vectorCounts(
  warehouse: Warehouse,
  { comparisons }: Specification,
  sql: string,
): Promise<VectorCount[]> {
  const rows = await warehouse.rows(
    `SELECT toString(vector) AS vector, toUInt64(count()) AS pairs FROM (${sql}) GROUP BY vector ORDER BY vector`,
    z.object({ vector: z.string(), pairs: count }),
    { lane: 'batch', tag: 'link vectors' },
  );
  return rows.map(({ vector, pairs }) => ({ levels: levelsIn(vector, comparisons.length), pairs }));
}

async function learned(
  warehouse: Warehouse,
  specification: Specification,
  tables: LinkTables,
  candidates: VectorCount[],
): Promise<Learned> {
  const options = { lane: 'batch' as const, tag: 'link learn' };
  const [sizes] = await warehouse.rows(
    `SELECT toUInt64(count()) AS n, toUInt64(countIf(side = 0)) AS a FROM ${tables.record}`,
    z.object({ n: count, a: count }),
    options,
  );
  const { n, a } = sizes ?? { n: 0, a: 0 };
  const b = n - a;
  const all = {
    within: (n * (n - 1)) / 2,
    across: a * b,
    anchored: a * b + (b * (b - 1)) / 2,
  }[specification.pairs];
  // Drawn by a hash of a counter, so that the same records give the same model.
  const random = await vectorCounts(
    warehouse,
    specification,
    `SELECT ${vectorSql(specification.comparisons)} AS vector
     FROM (
       SELECT toUInt32(sipHash64(number, 'l') % ${Math.max(1, n)}) AS a, toUInt32(sipHash64(number, 'r') % ${Math.max(1, n)}) AS b
       FROM numbers(${RANDOM_PAIRS})
       WHERE a != b
     ) AS pair
     INNER JOIN ${tables.record} AS l ON pair.a = l.id
     INNER JOIN ${tables.record} AS r ON pair.b = r.id`,
  );
  return learn(specification, candidates, random, all, n / 20);
}

/** Weight of every pair that may reach the clerical chance. */
async function weighedEdges(
  warehouse: Warehouse,
  specification: Specification,
  tables: LinkTables,
  model: Model,
): Promise<WeighedPair[]> {
  const { clerical } = specification;
  return warehouse.rows(
    `SELECT l, r, vector, weight, l_record.side AS lSide, r_record.side AS rSide, l_record.record AS lRecord,
       r_record.record AS rRecord, l_record.anchor AS lAnchor, r_record.anchor AS rAnchor
     FROM (
       SELECT l, r, toString(vector) AS vector, toFloat64(weight) AS weight FROM (${weightSql(specification, tables, model)})
       WHERE weight >= ${weightOf(clerical)}
     ) AS worth
     INNER JOIN ${tables.record} AS l_record ON worth.l = l_record.id
     INNER JOIN ${tables.record} AS r_record ON worth.r = r_record.id
     ORDER BY weight DESC, l, r`,
    z.object({
      l: z.number(),
      r: z.number(),
      vector: z.string(),
      weight: z.number(),
      lSide: z.number(),
      rSide: z.number(),
      lRecord: z.string(),
      rRecord: z.string(),
      lAnchor: z.string(),
      rAnchor: z.string(),
    }),
    { lane: 'batch', tag: 'link weights' },
  );
}

/** `l, r, vector, weight`: the sum over comparisons, the first level of some corrected by how common the value is. */
export function weightSql(specification: Specification, tables: LinkTables, model: Model): string {
  const { comparisons } = specification;
  const fixed = comparisons.map(({ name, levels }, i) => {
    const weights = Array.from({ length: levels.length + 2 }, (_, level) =>
      levelWeight(model, name, level).toFixed(4),
    );
    return `[${weights.join(', ')}][${levelInSql('vector', i)} + 1]`;
  });
  const base = `${priorWeight(model).toFixed(4)} + ${fixed.join(' + ')}`;
  const frequent = comparisons.flatMap((comparison, i) =>
    comparison.termFrequency ? [{ ...comparison, i, best: comparison.levels.length + 1 }] : [],
  );
  if (frequent.length === 0) return `SELECT l, r, vector, ${base} AS weight FROM ${tables.pair}`;
  const most = frequent.reduce((sum, { name }) => sum + Math.max(0, rarest(model, name)), 0);
  const corrections = frequent.map(({ name, i, best }) => {
    const u = model.other[name]?.at(-1) ?? 1;
    return `if(${levelInSql('vector', i)} = ${best}, least(log2(${u} / share${i}), ${rarest(model, name).toFixed(4)}), 0)`;
  });
  const joins = frequent.map(
    ({ column, i }) => `LEFT JOIN (
      SELECT ${identifier(column)} AS value, count() / (SELECT countIf(${identifier(column)} != '') FROM ${tables.record}) AS share${i}
      FROM ${tables.record} WHERE value != '' GROUP BY value
    ) AS term${i} ON l_record.${identifier(column)} = term${i}.value`,
  );
  return `
    SELECT pair.l AS l, pair.r AS r, pair.vector AS vector, pair.base + ${corrections.join(' + ')} AS weight
    FROM (SELECT l, r, vector, ${base} AS base FROM ${tables.pair} WHERE base >= ${(weightOf(specification.clerical) - most).toFixed(4)}) AS pair
    INNER JOIN ${tables.record} AS l_record ON pair.l = l_record.id
    ${joins.join('\n')}`;
}

/** A value seen once must not outweigh everything else: at most as much again as the level itself says. */
const rarest = (model: Model, comparison: string): number =>
  Math.max(0, levelWeight(model, comparison, model.other[comparison]?.length ?? 0)) / 2;

/** What may not be in one cluster: two records known apart, two of one list that is free of repeats. */
function exclusiveOf({ oneOfEachSide, pairs }: Specification, edges: readonly WeighedPair[]): Exclusive {
  const slots = new Map<number, [string, string | number]>();
  for (const { l, r, lSide, rSide, lAnchor, rAnchor } of edges)
    for (const [id, side, anchor] of [[l, lSide, lAnchor] as const, [r, rSide, rAnchor] as const]) {
      if (oneOfEachSide) slots.set(id, [`side ${side}`, id]);
      else if (pairs === 'anchored' && anchor !== '') slots.set(id, ['anchor', anchor]);
    }
  return (id) => {
    const slot = slots.get(id);
    return slot === undefined ? [] : [slot];
  };
}

/** What each comparison adds to the weight of a pair, and the chance that they are the same. */
export function waterfall(
  specification: Specification,
  model: Model,
  levels: readonly number[],
): { comparison: string; level: string; weight: number }[] {
  return specification.comparisons.map((comparison, i) => {
    const level = levels[i] ?? 0;
    const name =
      level === 0
        ? 'not known'
        : (comparison.levels[comparison.levels.length + 1 - level]?.name ?? 'different');
    return { comparison: comparison.name, level: name, weight: levelWeight(model, comparison.name, level) };
  });
}

async function inTurn<T, R>(items: readonly T[], work: (item: T, i: number) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const [i, item] of items.entries()) done.push(await work(item, i));
  return done;
}
