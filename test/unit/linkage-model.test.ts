import { describe, expect, test } from '@jest/globals';
import { cluster, type Edge } from '../../pipelines/linkage/clusters.ts';
import { guessMapping, specificationOf } from '../../pipelines/linkage/mapping.ts';
import { chanceOf, learn, levelWeight, type VectorCount, weightOf } from '../../pipelines/linkage/model.ts';
import { type Comparison, specificationSchema } from '../../pipelines/linkage/specification.ts';
import { levelsIn } from '../../pipelines/linkage/sql-of.ts';

const comparison = (name: string, levels: number): Comparison => ({
  name,
  column: name,
  termFrequency: false,
  levels: Array.from({ length: levels }, (_, i) => ({
    name: `level ${i}`,
    when: [{ test: 'equal' as const }],
  })),
});
const COMPARISONS = [comparison('name', 2), comparison('birth', 1), comparison('phone', 1)];
const MATCHING = [
  [0.05, 0.1, 0.85],
  [0.08, 0.92],
  [0.4, 0.6],
];
const OTHER = [
  [0.97, 0.02, 0.01],
  [0.998, 0.002],
  [0.9995, 0.0005],
];

/** Every vector with the pairs expected of it: no sampling, so what is learned is compared with what was put in. */
function expected(chances: number[][], pairs: number): VectorCount[] {
  let vectors: VectorCount[] = [{ levels: [], pairs }];
  for (const row of chances)
    vectors = vectors.flatMap(({ levels, pairs: n }) =>
      row.map((chance, i) => ({ levels: [...levels, i + 1], pairs: n * chance })),
    );
  return vectors;
}

describe('the model', () => {
  test('what was put in is learned, without a label', () => {
    const all = 10_000_000;
    const matches = 20_000;
    const candidates = [...expected(MATCHING, matches), ...expected(OTHER, all - matches)];
    const model = learn({ comparisons: COMPARISONS }, candidates, expected(OTHER, 1_000_000), all, 500);
    COMPARISONS.forEach(({ name }, c) => {
      model.matching[name]?.forEach((chance, i) => expect(chance).toBeCloseTo(MATCHING[c]?.[i] ?? -1, 1));
      model.other[name]?.forEach((chance, i) => expect(chance).toBeCloseTo(OTHER[c]?.[i] ?? -1, 3));
    });
    expect(model.prior).toBeGreaterThan(0.0018);
    expect(model.prior).toBeLessThan(0.0022);
  });

  test('silence says nothing, disagreement speaks against, agreement for', () => {
    const model = learn(
      { comparisons: COMPARISONS },
      expected(MATCHING, 1000),
      expected(OTHER, 100_000),
      1_000_000,
      500,
    );
    expect(levelWeight(model, 'birth', 0)).toBe(0);
    expect(levelWeight(model, 'birth', 1)).toBeLessThan(-2);
    expect(levelWeight(model, 'birth', 2)).toBeGreaterThan(6);
    expect(chanceOf(weightOf(0.95))).toBeCloseTo(0.95, 9);
  });

  test('levels come out of a packed vector, the highest bit of sixteen comparisons too', () => {
    expect(levelsIn('33', 2)).toEqual([1, 2]);
    expect(levelsIn('16140901064495857664', 16)).toEqual([...new Array<number>(15).fill(0), 14]);
  });
});

const edge = (l: number, r: number, weight: number): Edge => ({ l, r, weight });
describe('clusters', () => {
  test('are the connected components, whatever the order of pairs', () => {
    const edges = [edge(1, 2, 5), edge(2, 3, 4), edge(7, 9, 3), edge(8, 9, 3)];
    const members = new Map([
      [1, [1, 2, 3]],
      [7, [7, 8, 9]],
    ]);
    expect(cluster(edges).members).toEqual(members);
    expect(cluster(edges.toReversed()).members).toEqual(members);
  });

  test('two confirmed numbers never come together: the stronger pair wins, the other is told', () => {
    const numbers = new Map([
      [1, 'A'],
      [4, 'B'],
    ]);
    const { members, refused } = cluster(
      [edge(1, 2, 9), edge(2, 3, 8), edge(3, 4, 7), edge(4, 5, 6)],
      (id) => {
        const number = numbers.get(id);
        return number === undefined ? [] : [['number', number]];
      },
    );
    expect([...members.values()]).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(refused).toEqual([edge(3, 4, 7)]);
  });
});

describe('specifications', () => {
  test('are told by the titles of columns', () => {
    const mapping = guessMapping(['rec_id', 'given_name', 'surname', 'date_of_birth', 'postcode', 'note']);
    expect(mapping.truth).toEqual({ column: 'rec_id', pattern: '^(rec-\\d+)' });
    expect(Object.values(mapping.columns)).toEqual(['given_name', 'surname', 'date', 'postcode']);
    const { blocks, comparisons } = specificationOf(mapping);
    expect(blocks.map((block) => block.on.map((part) => part.column))).toContainEqual([
      'c1_given_name',
      'c2_surname',
    ]);
    expect(comparisons[0]?.levels[1]?.name).toBe('exchanged');
  });

  test('a column nobody declared is refused', () => {
    const parsed = specificationSchema.safeParse({
      columns: [{ name: 'a', from: ['a'] }],
      comparisons: [{ name: 'a', column: 'a', levels: [{ name: 'equal', when: [{ test: 'equal' }] }] }],
      blocks: [{ name: 'b', on: [{ column: 'b' }] }],
    });
    expect(parsed.error?.issues[0]?.message).toBe('There is no column “b”.');
  });
});
