/**
 * Links records by a specification, in ClickHouse SQL: normalised columns and block keys, pairs counted before they are made,
 * levels of agreement a pair, a model learned from the counts of levels, weights, clusters. Only counts of vectors and the pairs
 * worth a look leave the engine. What a whole linkage leaves behind is where `relink` goes on.
 */
import { AppError } from '../../domain/errors.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import {
  type BlockCount,
  comparePairs,
  countBlocks,
  LINKAGE_DATABASE,
  type LinkInput,
  linkTables,
  type LinkTables,
  prepareRecords,
} from './blocks.ts';
import { clusterInOrder, type Clusters, type Exclusive } from './clusters.ts';
import { countFrequencies } from './frequency.ts';
import { type Learned, weightOf } from './model.ts';
import type { Model, Specification } from './specification.ts';
import { rememberState } from './state.ts';
import { candidatesSql, learned, vectorCounts, weighedEdges, type WeighedPair } from './weights.ts';

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

/**
 * @throws AppError `resource_limit` when the blocks would give more pairs than the specification allows
 */
export async function link(warehouse: Warehouse, input: LinkInput): Promise<Linked> {
  const { specification, name } = input;
  const tables = linkTables(name);
  const options = { lane: 'batch' as const, tag: `link ${name}` };
  await warehouse.run(`CREATE DATABASE IF NOT EXISTS ${identifier(LINKAGE_DATABASE)}`, options);
  await warehouse.run(`DROP TABLE IF EXISTS ${tables.candidate}`, options);
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
  await warehouse.run(
    `CREATE TABLE ${tables.candidate} ENGINE = MergeTree ORDER BY tuple() AS
     ${candidatesSql(specification, model, tables.pair, tables.record)}`,
    options,
  );
  await countFrequencies(warehouse, specification, tables);
  const found = await clustersOf(warehouse, specification, tables, model);
  await rememberState(warehouse, tables, { specification, model, records });
  return { records, blocks, pairs, vectors: candidates.length, model, tables, ...found };
}

/** Edges and clusters of the candidates there are. */
export async function clustersOf(
  warehouse: Warehouse,
  specification: Specification,
  tables: LinkTables,
  model: Model,
): Promise<{ edges: WeighedPair[]; clusters: Clusters }> {
  const edges = await weighedEdges(warehouse, specification, tables, model);
  const threshold = weightOf(specification.match);
  // In the order of the edges: equal weights by the records' names, for their numbers are others from day to day.
  const clusters = clusterInOrder(
    edges.filter((edge) => edge.weight >= threshold),
    exclusiveOf(specification, edges),
  );
  return { edges, clusters };
}

/** What may not be in one cluster: two records known apart, two of one list that is free of repeats. */
function exclusiveOf(
  { oneOfEachSide, pairs }: Specification,
  edges: readonly WeighedPair[],
): Exclusive | undefined {
  if (!oneOfEachSide && pairs !== 'anchored') return undefined;
  const slots = new Map<number, [string, string | number]>();
  for (const { l, r, lSide, rSide, lAnchor, rAnchor } of edges)
    for (const [id, side, anchor] of [[l, lSide, lAnchor] as const, [r, rSide, rAnchor] as const]) {
      if (oneOfEachSide) slots.set(id, [`side ${side}`, id]);
      else if (anchor !== '') slots.set(id, ['anchor', anchor]);
    }
  return (id) => {
    const slot = slots.get(id);
    return slot === undefined ? [] : [slot];
  };
}
