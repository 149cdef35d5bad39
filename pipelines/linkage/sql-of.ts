/** A specification's parts as ClickHouse SQL. Names were checked by the schema; input columns are quoted. */
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Block, Comparison, LevelTest, Normalisation, Specification } from './specification.ts';

/** Bits a comparison takes in a vector: 0 silent, 1 disagreement, then the levels from the last to the first. */
const BITS = 4;
export const SILENT = 0;

export function columnSql({ from, normalise }: Specification['columns'][number]): string {
  const put = from.map((each) => `toString(${identifier(each)})`);
  const text = put.length === 1 ? (put[0] ?? '') : `concat(${put.join(`, ' ', `)})`;
  return normalise.reduce((sql, each) => normalised(sql, each), `ifNull(${text}, '')`);
}

function normalised(sql: string, how: Normalisation): string {
  if (typeof how === 'object') {
    const pairs = how.groups.flatMap((group) => [...group].slice(1).map((c) => [c, [...group][0] ?? '']));
    if (pairs.length === 0) return sql;
    const [from, to] = [0, 1].map((i) => literal(pairs.map((pair) => pair[i]).join('')));
    return `translateUTF8(${sql}, ${from}, ${to})`;
  }
  switch (how) {
    case 'trim':
      return `trimBoth(replaceRegexpAll(${sql}, '[\\\\s\\\\x{3000}]+', ' '))`;
    case 'lower':
      return `lowerUTF8(${sql})`;
    case 'digits':
      return `replaceRegexpAll(${sql}, '[^0-9]', '')`;
    case 'letters':
      return `replaceRegexpAll(${sql}, '[^\\\\p{L}\\\\p{N}]', '')`;
    case 'date':
      return `extract(${normalised(sql, 'digits')}, '^[0-9]{8}$')`;
    case 'sorted_characters':
      return `arrayStringConcat(arraySort(ngrams(${sql}, 1)))`;
  }
}

/** Key of a block as a number; 0 where a part is not known. */
export function blockKeySql({ on }: Block): string {
  const parts = on.map(({ column, first, last }) => {
    const name = identifier(column);
    if (first !== undefined) return `substringUTF8(${name}, 1, ${first})`;
    return last === undefined ? name : `substringUTF8(${name}, -${last})`;
  });
  const known = on.map(({ column }) => `${identifier(column)} != ''`).join(' AND ');
  return `if(${known}, sipHash64(${parts.join(', ')}), 0)`;
}

/** Level of a comparison between records `l` and `r`, a UInt64. */
function levelSql({ column, levels }: Comparison): string {
  const silent = `l.${identifier(column)} = '' OR r.${identifier(column)} = ''`;
  const cases = levels.flatMap(({ when }, i) => [
    when.map((test) => `(${testSql(test, column)})`).join(' AND '),
    String(levels.length - i + 1),
  ]);
  return `toUInt64(multiIf(${[silent, String(SILENT), ...cases, '1'].join(', ')}))`;
}

/** All comparisons of a pair in one number, four bits each. */
export const vectorSql = (comparisons: readonly Comparison[]): string =>
  comparisons.map((each, i) => `bitShiftLeft(${levelSql(each)}, ${i * BITS})`).join(' + ');

/** The level of comparison `i` in a vector. */
export const levelInSql = (vector: string, i: number): string =>
  `bitAnd(bitShiftRight(${vector}, ${i * BITS}), 15)`;
export const levelsIn = (vector: string, comparisons: number): number[] => {
  const bits = BigInt(vector);
  return Array.from({ length: comparisons }, (_, i) => Number((bits >> BigInt(i * BITS)) & 15n));
};

function testSql(test: LevelTest, own: string): string {
  const column = identifier(test.column ?? own);
  const [l, r] = [`l.${column}`, `r.${column}`];
  const equal = `${l} = ${r} AND ${l} != ''`;
  switch (test.test) {
    case 'equal':
      return equal;
    case 'jaro_winkler':
      return `jaroWinklerSimilarity(${l}, ${r}) >= ${test.atLeast}`;
    case 'edit':
      return `editDistanceUTF8(${l}, ${r}) <= ${test.atMost}`;
    case 'damerau':
      return `damerauLevenshteinDistance(${l}, ${r}) <= ${test.atMost}`;
    case 'prefix':
      return `lengthUTF8(${l}) >= ${test.length} AND substringUTF8(${l}, 1, ${test.length}) = substringUTF8(${r}, 1, ${test.length})`;
    case 'contains':
      return `position(${l}, ${r}) > 0 OR position(${r}, ${l}) > 0`;
    case 'same_characters':
      return `length(${l}) = length(${r}) AND arraySort(ngrams(${l}, 1)) = arraySort(ngrams(${r}, 1))`;
    case 'crossed': {
      const other = identifier(test.with);
      return `${l} = r.${other} AND l.${other} = ${r} AND l.${other} != ''`;
    }
    case 'day_month_swapped':
      return `length(${r}) = 8 AND ${l} = concat(substring(${r}, 1, 4), substring(${r}, 7, 2), substring(${r}, 5, 2))`;
    case 'year_off':
      return `substring(${l}, 5) = substring(${r}, 5) AND abs(toInt32OrZero(substring(${l}, 1, 4)) - toInt32OrZero(substring(${r}, 1, 4))) <= ${test.atMost}`;
    case 'digits_off':
      return `length(${l}) = length(${r}) AND byteHammingDistance(${l}, ${r}) <= ${test.atMost}`;
  }
}
