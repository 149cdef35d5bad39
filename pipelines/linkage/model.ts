/**
 * Fellegi and Sunter's model of what agreement says, learned without labels (EM): each comparison's levels have a chance among
 * records of the same person and one among others. Learned from counts of vectors, a few thousand rows however many pairs.
 */
import { SILENT } from './sql-of.ts';
import type { Model, Specification } from './specification.ts';

/** Pairs with the same levels: one number a comparison, 0 silent, 1 disagreement, then from the last level to the first. */
export interface VectorCount {
  levels: readonly number[];
  pairs: number;
}

export interface Learned extends Model {
  iterations: number;
  /** Pairs of the same person among the candidates, as the model expects. */
  expectedMatches: number;
}

/** Keeps a level nobody was seen at from being impossible. */
const UNSEEN = 0.5;
const ITERATIONS = 100;
const CONVERGED = 1e-4;

/** log2 of how much likelier a level is among true pairs; 0 where it is silent. */
export const levelWeight = (model: Model, comparison: string, level: number): number => {
  if (level === SILENT) return 0;
  const m = model.matching[comparison]?.[level - 1];
  const u = model.other[comparison]?.[level - 1];
  return m === undefined || u === undefined ? 0 : Math.log2(m / u);
};

export const priorWeight = ({ prior }: Model): number => Math.log2(prior / (1 - prior));
export const chanceOf = (weight: number): number => (weight > 60 ? 1 : 2 ** weight / (1 + 2 ** weight));
/** The weight at which the chance is `chance`. */
export const weightOf = (chance: number): number =>
  chance >= 1 ? 60 : chance <= 0 ? -60 : Math.log2(chance / (1 - chance));

/**
 * @param candidates counts over the pairs of the blocks; pairs outside are taken for different persons
 * @param random counts over pairs drawn by chance among all
 * @param allPairs how many pairs there are in all
 */
export function learn(
  { comparisons }: Pick<Specification, 'comparisons'>,
  candidates: readonly VectorCount[],
  random: readonly VectorCount[],
  allPairs: number,
  expectedAtFirst: number,
): Learned {
  const sizes = comparisons.map((each) => each.levels.length + 1);
  const total = Math.max(1, allPairs);
  let prior = Math.min(0.1, Math.max(expectedAtFirst, 1) / total);
  let m = sizes.map((size) => startingChances(size));
  let u = sizes.map((size, c) => tally(random, c, size, () => 1));
  let iterations = 0;
  let expectedMatches = 0;
  for (; iterations < ITERATIONS; iterations++) {
    const weights = m.map((row, c) => row.map((chance, i) => Math.log2(chance / (u[c]?.[i] ?? chance))));
    const base = Math.log2(prior / (1 - prior));
    const posterior = ({ levels }: VectorCount): number =>
      chanceOf(
        levels.reduce((sum, level, c) => sum + (level === SILENT ? 0 : (weights[c]?.[level - 1] ?? 0)), base),
      );
    expectedMatches = candidates.reduce((sum, each) => sum + posterior(each) * each.pairs, 0);
    const next = sizes.map((size, c) => tally(candidates, c, size, posterior));
    u = sizes.map((size, c) => tally(random, c, size, (each) => 1 - posterior(each)));
    const moved = Math.max(
      ...next.flatMap((row, c) => row.map((chance, i) => Math.abs(chance - (m[c]?.[i] ?? 0)))),
    );
    m = next;
    prior = Math.min(0.5, Math.max(expectedMatches, 1) / total);
    if (moved < CONVERGED) break;
  }
  const named = (rows: number[][]): Record<string, number[]> =>
    Object.fromEntries(comparisons.map((each, c) => [each.name, rows[c] ?? []]));
  return { prior, matching: named(m), other: named(u), iterations, expectedMatches };
}

/** Nine of ten true pairs agree at first sight; each further level is as likely as the half of the one before. */
function startingChances(size: number): number[] {
  const rest = Array.from({ length: size - 1 }, (_, i) => 2 ** i);
  const sum = rest.reduce((a, b) => a + b, 0);
  return [...rest.map((part) => (0.1 * part) / sum), 0.9];
}

/** Chance of each level of a comparison over counted vectors that speak, each weighed. */
function tally(
  counts: readonly VectorCount[],
  comparison: number,
  size: number,
  weigh: (count: VectorCount) => number,
): number[] {
  const sums = new Array<number>(size).fill(UNSEEN);
  for (const count of counts) {
    const level = count.levels[comparison] ?? SILENT;
    if (level !== SILENT) sums[level - 1] = (sums[level - 1] ?? 0) + weigh(count) * count.pairs;
  }
  const sum = sums.reduce((a, b) => a + b, 0);
  return sums.map((each) => each / sum);
}
