/** Which columns tell rows apart. */
import type { Duck } from '../readers/duck.ts';
import { type ColumnStatistics, distinctShare } from './statistics.ts';

export interface CandidateKey {
  columns: string[];
  /** Rows that differ in them; 1 tells every row apart. */
  share: number;
}

/** Repeats of a few rows are no reason against a key: what is sent twice is told apart from what is new by it. */
const NEARLY = 0.98;
/** Single columns and pairs that are counted exactly: each costs a pass. */
const MOST_SINGLE = 8;
const MOST_PAIRS = 12;
/** Columns pairs are made of. */
const PAIRED = 6;
/** Columns of a key where no pair tells rows apart. */
const MOST_TOGETHER = 5;
/** Longer texts are remarks, which may differ everywhere and identify nothing. */
const LONGEST = 64;

/**
 * @param isNumber columns of measured numbers: a price may differ in every row and still be no key
 */
export async function candidateKeys(
  duck: Duck,
  parquet: string,
  statistics: readonly ColumnStatistics[],
  rows: number,
  isMeasure: (column: string) => boolean,
): Promise<CandidateKey[]> {
  if (rows === 0) return [];
  const whole = statistics
    .filter(({ filled, longest, column }) => filled === rows && longest <= LONGEST && !isMeasure(column))
    .toSorted((a, b) => b.distinct - a.distinct);
  const found: CandidateKey[] = [];
  const tryColumns = async (columns: string[]): Promise<void> => {
    const share = await distinctShare(duck, parquet, columns, rows);
    // A pair is worth its second column only where it tells more rows apart than either alone.
    const isBetter = !found.some(
      (key) => key.share >= share && key.columns.every((one) => columns.includes(one)),
    );
    if (share >= NEARLY && isBetter) found.push({ columns, share });
  };
  // An estimate may be a few percent off.
  const single = whole.filter(({ distinct, isExact }) => distinct >= rows * (isExact ? NEARLY : 0.9));
  // Of columns that tell rows apart the first in the file is mostly the one meant.
  for (const { column } of inFileOrder(single, statistics).slice(0, MOST_SINGLE)) await tryColumns([column]);
  const isExact = (): boolean => found.some(({ share }) => share === 1);
  if (isExact()) return byShare(found);
  const parts = whole.slice(0, PAIRED);
  let tried = 0;
  for (const [i, a] of parts.entries()) {
    for (const b of parts.slice(i + 1)) {
      if (a.distinct * b.distinct < rows * NEARLY || tried >= MOST_PAIRS) continue;
      tried += 1;
      await tryColumns(inFileOrder([a, b], statistics).map(({ column }) => column));
    }
  }
  // Where no pair does, perhaps several together do; and if not all of them do, nothing in a row tells it from others.
  const several = inFileOrder(whole.slice(0, MOST_TOGETHER), statistics).map(({ column }) => column);
  if (!isExact() && several.length > 2 && (await distinctShare(duck, parquet, several, rows)) === 1)
    found.push({ columns: several, share: 1 });
  return byShare(found);
}

/** Rows that differ in anything at all: less than 1 where some are the same throughout. */
export const rowShare = (
  duck: Duck,
  parquet: string,
  statistics: readonly ColumnStatistics[],
  rows: number,
): Promise<number> =>
  distinctShare(
    duck,
    parquet,
    statistics.map(({ column }) => column),
    rows,
  );

const inFileOrder = (some: ColumnStatistics[], all: readonly ColumnStatistics[]): ColumnStatistics[] =>
  some.toSorted((a, b) => all.indexOf(a) - all.indexOf(b));

/** The better first, of equal ones the shorter and the earlier. */
const byShare = (keys: CandidateKey[]): CandidateKey[] =>
  keys.toSorted((a, b) => b.share - a.share || a.columns.length - b.columns.length);
