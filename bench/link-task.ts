/** One linkage measured: links the records of a table, and counts pairs against who is who. */
import { z } from 'zod';
import { link } from '../pipelines/linkage/link.ts';
import type { Specification } from '../pipelines/linkage/specification.ts';
import { writeClusters } from '../pipelines/linkage/write-clusters.ts';
import { identifier } from '../warehouse/engine/sql.ts';
import type { Platform } from '../warehouse/platform.ts';
import { rounded, seconds, taken } from './bench.ts';

/** Names the work tables. */
export const TASK = 'bench';

export interface Accuracy {
  precision: number;
  recall: number;
  f1: number;
}
interface Counts {
  found: number;
  right: number;
  true: number;
}
export interface TaskResult extends Accuracy {
  records: number;
  pairs: number;
  seconds: number;
  cpuSeconds: number;
  /** The best that an exact join on a block's columns does alone. */
  exactJoin: Accuracy & { on: string; seconds: number };
}

export const accuracy = ({ found, right, true: all }: Counts): Accuracy => {
  const precision = found === 0 ? 1 : right / found;
  const recall = all === 0 ? 1 : right / all;
  return {
    precision: rounded(precision, 5),
    recall: rounded(recall, 5),
    f1: rounded(precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall), 5),
  };
};

const count = z.coerce.number();
const countsSchema = z.object({ found: count, right: count, true: count });

/**
 * @param table has `record, side, truth` and the specification's input columns
 * @param columns those an exact join compares
 */
export async function measureTask(
  platform: Pick<Platform, 'warehouse' | 'config'>,
  table: string,
  columns: readonly string[],
  specification: Specification,
): Promise<TaskResult> {
  const { warehouse } = platform;
  const inputs = columns.map(identifier).join(', ');
  let linked: Awaited<ReturnType<typeof link>> | undefined;
  let clusters = '';
  const took = await taken(async () => {
    linked = await link(warehouse, {
      name: TASK,
      records: `SELECT record, side, ${inputs} FROM ${table}`,
      specification,
    });
    clusters = await writeClusters(platform, TASK, linked);
  });
  if (!linked) throw new Error('nothing was linked');
  const across = specification.pairs === 'across';
  const counts = async (groups: string): Promise<Accuracy> => {
    const [row] = await warehouse.rows(pairCounts(groups, table, across), countsSchema, { lane: 'batch' });
    if (!row) throw new Error('no counts');
    return accuracy(row);
  };
  const ours = await counts(
    `SELECT r.record AS record, toString(c.cluster) AS entity FROM ${linked.tables.record} AS r
     INNER JOIN ${clusters} AS c ON r.id = c.id`,
  );
  const { tables } = linked;
  let exact = { ...(await counts(exactGroups(tables.record, undefined))), on: 'all columns' };
  const exactSeconds = await seconds(async () => {
    for (const [i, { name }] of specification.blocks.entries()) {
      const one = { ...(await counts(exactGroups(tables.record, i))), on: name };
      if (one.f1 > exact.f1) exact = one;
    }
  });
  const { records, pairs } = linked;
  return {
    records,
    pairs,
    ...ours,
    seconds: rounded(took.seconds),
    cpuSeconds: rounded(took.cpu),
    exactJoin: { ...exact, seconds: rounded(exactSeconds) },
  };
}

/** Records that agree on the columns of a block, or on everything. */
const exactGroups = (record: string, block: number | undefined): string =>
  block === undefined
    ? `SELECT record, hex(sipHash128(tuple(* EXCEPT (id, record, side, anchor)))) AS entity FROM ${record}`
    : `SELECT record, toString(k${block}) AS entity FROM ${record} WHERE k${block} != 0`;

/** Pairs in the same group, in the same truth, in both; across: only of two sides. */
function pairCounts(groups: string, table: string, across: boolean): string {
  const pairs = across ? 'countIf(side = 0) * countIf(side = 1)' : 'intDiv(count() * (count() - 1), 2)';
  const found = `SELECT g.entity AS entity, t.truth AS truth, t.side AS side FROM (${groups}) AS g INNER JOIN ${table} AS t ON g.record = t.record`;
  const sum = (by: string, from: string): string =>
    `(SELECT toUInt64(sum(pairs)) FROM (SELECT ${pairs} AS pairs FROM (${from}) GROUP BY ${by}))`;
  return `SELECT ${sum('entity', found)} AS found, ${sum('entity, truth', found)} AS right, ${sum('truth', `SELECT truth, side FROM ${table}`)} AS true`;
}
