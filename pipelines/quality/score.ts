/** From measures to scores, the same for a field, a data set, an agency, a day: what the definitions say, computed once. */
import { DIMENSIONS, type DimensionName, type MeasureName, measureNamed } from './dimensions.ts';

export interface Counted {
  measure: MeasureName;
  good: number;
  total: number;
}
export interface DimensionScore {
  /** Weighted by measure; what a score is drilled down to. */
  good: number;
  total: number;
  /** 0 to 1; null where nothing could be measured. */
  score: number | null;
}
export interface Score {
  /** Mean over the dimensions measured, by their weights; null where none was. */
  overall: number | null;
  dimensions: Record<DimensionName, DimensionScore>;
}

/** Score of one thing from its counts: within a dimension by weighted counts, over dimensions by their weights. */
export function scoreOf(counts: Iterable<Counted>): Score {
  const dimensions = Object.fromEntries(
    DIMENSIONS.map(({ name }) => [name, { good: 0, total: 0, score: null } as DimensionScore]),
  ) as Score['dimensions'];
  for (const { measure, good, total } of counts) {
    const { dimension, weight } = measureNamed(measure);
    const sum = dimensions[dimension];
    sum.good += weight * good;
    sum.total += weight * total;
  }
  for (const sum of Object.values(dimensions)) if (sum.total > 0) sum.score = sum.good / sum.total;
  return { overall: overallOf(dimensions), dimensions };
}

/** Score of several things together, each counting the same: an agency is the mean of its data sets, however large one is. */
export function meanScore(scores: readonly Score[]): Score {
  const dimensions = Object.fromEntries(
    DIMENSIONS.map(({ name }) => {
      const parts = scores.map((score) => score.dimensions[name]);
      const known = parts.flatMap(({ score }) => (score === null ? [] : [score]));
      const score = known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
      const sum = (of: 'good' | 'total'): number => parts.reduce((total, part) => total + part[of], 0);
      return [name, { good: sum('good'), total: sum('total'), score }];
    }),
  ) as Score['dimensions'];
  return { overall: overallOf(dimensions), dimensions };
}

function overallOf(dimensions: Score['dimensions']): number | null {
  let [sum, weights] = [0, 0];
  for (const { name, weight } of DIMENSIONS) {
    const { score } = dimensions[name];
    if (score === null) continue;
    sum += weight * score;
    weights += weight;
  }
  return weights === 0 ? null : sum / weights;
}
