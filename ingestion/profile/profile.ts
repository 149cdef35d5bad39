/** A profile: what a file is and what its columns hold, from the file alone (A0-3, self-service). */
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Dataset, Delivery } from '../contract.ts';
import type { Duck } from '../readers/duck.ts';
import type { FoundEncoding } from '../readers/index.ts';
import { bareTitle, fieldDictionary } from './dictionary.ts';
import { type CandidateKey, candidateKeys, rowShare } from './keys.ts';
import { standardNames } from './naming.ts';
import { maskOf, shownValue } from './personal.ts';
import { readUnknown } from './read.ts';
import { elementOf, recognise, type Recognised } from './recognise.ts';
import { sniff } from './sniff.ts';
import { withFooterFound } from './sniff-footer.ts';
import { columnStatistics, drawSample, sampledValues, sampleSize } from './statistics.ts';

export interface ColumnProfile extends Recognised {
  /** As the file has it. */
  source: string;
  /** Proposed standard name. */
  name: string;
  /** ClickHouse type the column would have in the base layer. */
  type: string;
  /** Share of rows without a value. */
  nulls: number;
  distinct: number;
  isDistinctExact: boolean;
  least: string;
  greatest: string;
  longest: number;
  /** The most frequent values; masked when the column looks personal. */
  examples: string[];
  isPersonal: boolean;
}

export interface Profile {
  fileName: string;
  bytes: number;
  encoding: FoundEncoding;
  delivery: Delivery;
  rows: number;
  /** Rows nobody can read as a record; they would go to quarantine. */
  unreadable: number;
  columns: ColumnProfile[];
  keys: CandidateKey[];
  /** Rows that are another row's like throughout are all that a key of less than all rows drops. */
  isRepeatOnly: boolean;
  /** Rows in which values were looked at one by one; counts, nulls and extremes are of all rows. */
  sampledRows: number;
  notes: string[];
  seconds: number;
}

const EXAMPLES = 5;
const FOOTER_NOTE = (lines: number): string =>
  `${lines} line${lines === 1 ? '' : 's'} under the table (合计, 制表人 …) are no rows: they are set aside as footer_line.`;

/**
 * @param directory empty; the profile's own until it returns
 * @param entries of an archive: which files in it, `*` standing for anything
 * @param datasets contracts whose words are used for names
 * @throws AppError `refused_delivery` for a file landing would refuse
 */
export async function profileFile(
  path: string,
  {
    duck,
    directory,
    datasets,
    entries,
  }: { duck: Duck; directory: string; datasets: readonly Dataset[]; entries?: string | undefined },
): Promise<Profile> {
  const startedAt = performance.now();
  const sniffed = await sniff(path, basename(path), { directory: join(directory, 'sniffed'), entries });
  const read = await readUnknown(sniffed, duck, directory);
  const rows = read.rowCount - read.unreadableCount;
  const footerLines = read.footerCount ?? 0;
  const statistics = await columnStatistics(duck, read.parquetPath, read.columns, rows);
  await drawSample(duck, read.parquetPath, read.columns);
  const dictionary = fieldDictionary(datasets);
  const names = standardNames(read.columns, dictionary);
  const columns: ColumnProfile[] = [];
  for (const [position, each] of statistics.entries()) {
    const values = await sampledValues(duck, position);
    const recognised = recognise(each.column, values, dictionary.get(bareTitle(each.column)));
    const { type, mask } = elementOf(recognised);
    const shown = maskOf(each.column, mask);
    columns.push({
      ...recognised,
      source: each.column,
      name: names[position] ?? `column_${position + 1}`,
      type,
      nulls: rows === 0 ? 0 : (rows - each.filled) / rows,
      distinct: each.distinct,
      isDistinctExact: each.isExact,
      least: shownValue(each.least, shown),
      greatest: shownValue(each.greatest, shown),
      longest: each.longest,
      examples: values.slice(0, EXAMPLES).map(({ value }) => shownValue(value, shown)),
      isPersonal: shown !== 'none',
    });
  }
  const measures = new Set(columns.filter(isMeasure).map(({ source }) => source));
  const keys = await candidateKeys(duck, read.parquetPath, statistics, rows, (name) => measures.has(name));
  const best = Math.max(0, ...keys.map(({ share }) => share));
  const isRepeatOnly =
    best > 0 && (best === 1 || (await rowShare(duck, read.parquetPath, statistics, rows)) === best);
  const personal = new Set(columns.filter(({ isPersonal }) => isPersonal).map(({ source }) => source));
  const named = (key: CandidateKey): number => Number(key.columns.some((name) => personal.has(name)));
  const { size: bytes } = await stat(path);
  return {
    fileName: basename(path),
    bytes,
    encoding: sniffed.file.encoding,
    delivery: withFooterFound(sniffed.delivery, footerLines),
    rows: read.rowCount,
    unreadable: read.unreadableCount,
    columns,
    // A person's number tells people apart today; what a row is known by should not name them.
    keys: keys.toSorted((a, b) => b.share - a.share || named(a) - named(b)),
    isRepeatOnly,
    sampledRows: Math.min(rows, sampleSize(columns.length)),
    notes: [...sniffed.notes, ...read.notes, ...(footerLines > 0 ? [FOOTER_NOTE(footerLines)] : [])],
    seconds: Math.round(performance.now() - startedAt) / 1000,
  };
}

const MEASURES: ReadonlySet<string> = new Set(['money', 'area', 'quantity', 'share']);
const isMeasure = ({ element }: ColumnProfile): boolean => MEASURES.has(element);
