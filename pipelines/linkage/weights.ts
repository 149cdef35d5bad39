/** What agreement of pairs is worth: the model from counts of vectors, candidates, and edges by how common their values are today. */
import { z } from 'zod';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { type LinkTables, recordsIn } from './blocks.ts';
import type { Edge } from './clusters.ts';
import { frequentOf, shareSql } from './frequency.ts';
import { learn, type Learned, levelWeight, priorWeight, type VectorCount, weightOf } from './model.ts';
import type { Model, Specification } from './specification.ts';
import { levelInSql, levelsIn, vectorSql } from './sql-of.ts';

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

/** Enough to tell what chance agreement is worth; what nobody shows among them is smoothed. */
const RANDOM_PAIRS = 300_000;
const count = z.coerce.number();

export async function vectorCounts(
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

export async function learned(
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
  const drawn = `(SELECT toUInt32(sipHash64(number, 'l') % ${Math.max(1, n)}) AS a, toUInt32(sipHash64(number, 'r') % ${Math.max(1, n)}) AS b
       FROM numbers(${RANDOM_PAIRS})
       WHERE a != b)`;
  const random = await vectorCounts(
    warehouse,
    specification,
    `SELECT ${vectorSql(specification.comparisons)} AS vector
     FROM ${drawn} AS pair
     INNER JOIN ${recordsIn(tables.record, 'a', drawn)} AS l ON pair.a = l.id
     INNER JOIN ${recordsIn(tables.record, 'b', drawn)} AS r ON pair.b = r.id`,
  );
  return learn(specification, candidates, random, all, n / 20);
}

/** A value seen once must not outweigh everything else: at most as much again as the level itself says. */
const rarest = (model: Model, comparison: string): number =>
  Math.max(0, levelWeight(model, comparison, model.other[comparison]?.length ?? 0)) / 2;

/** Rows of the candidate table of `pairs` (`l, r, vector`), as far as they may reach the clerical chance. `record` holds both sides. */
export function candidatesSql(
  specification: Specification,
  model: Model,
  pairs: string,
  record: string,
): string {
  const { comparisons, clerical } = specification;
  const fixed = comparisons.map(({ name, levels }, i) => {
    const weights = Array.from({ length: levels.length + 2 }, (_, level) =>
      levelWeight(model, name, level).toFixed(4),
    );
    return `[${weights.join(', ')}][${levelInSql('vector', i)} + 1]`;
  });
  const base = `${priorWeight(model).toFixed(4)} + ${fixed.join(' + ')}`;
  const frequent = frequentOf(specification);
  const most = frequent.reduce((sum, { name }) => sum + rarest(model, name), 0);
  const terms = frequent.map(({ column, i }) => `l_record.${identifier(column)} AS term${i}`);
  const worth = `(SELECT l, r, vector, toFloat64(${base}) AS base FROM ${pairs} WHERE base >= ${(weightOf(clerical) - most).toFixed(4)})`;
  return `
    SELECT pair.l AS l, pair.r AS r, pair.vector AS vector, pair.base AS base, l_record.record AS lRecord, r_record.record AS rRecord,
      l_record.side AS lSide, r_record.side AS rSide, l_record.anchor AS lAnchor, r_record.anchor AS rAnchor
      ${terms.map((term) => `, ${term}`).join('')}
    FROM ${worth} AS pair
    INNER JOIN ${recordsIn(record, 'l', worth)} AS l_record ON pair.l = l_record.id
    INNER JOIN ${recordsIn(record, 'r', worth)} AS r_record ON pair.r = r_record.id`;
}

/** Pairs at or above the clerical chance, the strongest first: the first level of some comparisons counts by how common its value is. */
export function weighedEdges(
  warehouse: Warehouse,
  specification: Specification,
  tables: LinkTables,
  model: Model,
): Promise<WeighedPair[]> {
  const frequent = frequentOf(specification);
  const corrections = frequent.map(({ name, i, best }) => {
    const u = model.other[name]?.at(-1) ?? 1;
    return ` + if(${levelInSql('pair.vector', i)} = ${best}, least(log2(${u} / frequency${i}.share), ${rarest(model, name).toFixed(4)}), 0)`;
  });
  const joins = frequent.map(
    ({
      i,
    }) => `LEFT JOIN (${shareSql(tables.frequency, i, `SELECT term${i} FROM ${tables.candidate}`)}) AS frequency${i}
      ON pair.term${i} = frequency${i}.value`,
  );
  return readEdges(
    warehouse,
    `SELECT pair.l AS l, pair.r AS r, toString(pair.vector) AS vector, pair.base${corrections.join('')} AS weight,
       pair.lSide AS lSide, pair.rSide AS rSide, pair.lRecord AS lRecord, pair.rRecord AS rRecord, pair.lAnchor AS lAnchor, pair.rAnchor AS rAnchor
     FROM ${tables.candidate} AS pair
     ${joins.join('\n')}
     WHERE weight >= ${weightOf(specification.clerical)}
     ORDER BY weight DESC, lRecord, rRecord`,
  );
}

/** Some hundred thousand values: looked at in one go, not each by a schema of its own. */
const numbers = z.custom<number[]>((it) => Array.isArray(it) && it.every((x) => typeof x === 'number'));
const texts = z.custom<string[]>((it) => Array.isArray(it) && it.every((x) => typeof x === 'string'));
/** In the order of the columns. */
const edgeColumns = z.tuple([
  ...[numbers, numbers, texts, numbers],
  ...[numbers, numbers, texts, texts, texts, texts],
] as const);

/** Edges by column: there are as many as people who come twice, and a third of the time of reading them row by row. */
async function readEdges(warehouse: Warehouse, sql: string): Promise<WeighedPair[]> {
  const parts: Uint8Array[] = [];
  for await (const part of warehouse.bytes(sql, 'JSONCompactColumns', { lane: 'batch', tag: 'link weights' }))
    parts.push(part);
  const read = z.array(z.unknown()).parse(JSON.parse(Buffer.concat(parts).toString('utf8')));
  // The engine names no columns where there are no rows: a platform nobody has brought a person yet.
  if (read.length === 0) return [];
  const [l, r, vector, weight, lSide, rSide, lRecord, rRecord, lAnchor, rAnchor] = edgeColumns.parse(read);
  return l.map((left, i) => ({
    l: left,
    r: r[i] ?? 0,
    vector: vector[i] ?? '0',
    weight: weight[i] ?? 0,
    lSide: lSide[i] ?? 0,
    rSide: rSide[i] ?? 0,
    lRecord: lRecord[i] ?? '',
    rRecord: rRecord[i] ?? '',
    lAnchor: lAnchor[i] ?? '',
    rAnchor: rAnchor[i] ?? '',
  }));
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
