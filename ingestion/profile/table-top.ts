/** Where in records cut into cells the table begins, and which of its lines are names: titles stand above, merged cells make headers of several lines. */
import { headerName } from '../readers/header-name.ts';
import { joinedHeader } from '../readers/header-rows.ts';

export interface TableTop {
  /** Records above the header. */
  skip: number;
  /** Records of names: 0 none. */
  headerRows: number;
  /** They are one name together, not the same in several languages. */
  isJoined: boolean;
  header: string[];
}

/** Lines above a header that are looked at, and lines of a header whose cells are merged. */
const MOST_ABOVE = 10;
const MOST_JOINED = 3;
/** A column of numbers and dates: what share of its values must be such. */
const MOSTLY = 0.8;

/** Numbers, dates, times, codes with digits in front: what the name of a column never is. */
const VALUE = /^[-+(¥￥]?[0-9][0-9.,:/年月日 T()%+-]*(?:[元万亩户套年%A-Za-z㎡]{0,4})$/u;
const looksLikeValue = (cell: string): boolean => VALUE.test(cell.normalize('NFKC').trim());
/** `填报单位：…`, `（单位：万元）`, `2026年11月`: what people write above a table. */
const REMARK = /[:：]|^[（(]|[年月日]/;

const filled = (record: readonly string[]): string[] => record.filter((cell) => cell.trim() !== '');

/** @param records the first of the file, with the blanks they have */
export function tableTop(records: string[][]): TableTop {
  const width = usualWidth(records);
  const above = records.slice(0, MOST_ABOVE).findIndex((record) => !isTitle(record, width));
  const below = records.slice(Math.max(above, 0));
  const titled = above > 0 && width > 1 ? headerOf(below, width) : null;
  // What could be a title is one only where names stand below it.
  if (titled && titled.headerRows > 0) return { skip: above, ...titled };
  return { skip: 0, ...headerOf(records, width) };
}

/** Cells most records have, up to the last one with something in it. */
function usualWidth(records: string[][]): number {
  const counts = new Map<number, number>();
  for (const record of records) {
    const width = record.findLastIndex((cell) => cell.trim() !== '') + 1;
    counts.set(width, (counts.get(width) ?? 0) + 1);
  }
  const [usual] = [...counts].toSorted(([a, many], [b, more]) => more - many || b - a);
  return usual?.[0] ?? 0;
}

/** One text, or few of which some say what they are about. */
function isTitle(record: string[], width: number): boolean {
  const texts = filled(record);
  if (texts.some(looksLikeValue) && texts.length > 1) return false;
  const isOne = new Set(texts.map((text) => text.trim())).size <= 1;
  if (isOne && width > 1) return !texts.some(looksLikeValue);
  return texts.length <= width / 2 && texts.some((text) => REMARK.test(text.trim()));
}

function headerOf(records: string[][], width: number): Omit<TableTop, 'skip'> {
  for (let rows = 2; rows <= MOST_JOINED && rows < records.length; rows++) {
    const lines = records.slice(0, rows);
    if (isMerged(lines, records.slice(rows), width))
      return { headerRows: rows, isJoined: true, header: joinedHeader(lines) };
  }
  return { headerRows: headerRowsOf(records), isJoined: false, header: records[0] ?? [] };
}

/** Holes of the first line filled below it, words all of them, and the last line of words stands where values stand below. */
function isMerged(lines: string[][], rest: string[][], width: number): boolean {
  const [first = []] = lines;
  const last = lines.at(-1) ?? [];
  const columns = Array.from({ length: width }, (_, i) => i);
  const has = (line: string[], i: number): boolean => (line[i] ?? '').trim() !== '';
  const holes = columns.filter((i) => !has(first, i));
  if (holes.length === 0 || filled(first).length < 2 || filled(last).length === 0) return false;
  if (!holes.every((i) => lines.some((line) => has(line, i)))) return false;
  if (lines.flat().some((cell) => cell.trim() !== '' && looksLikeValue(cell))) return false;
  const values = valueColumns(rest, width);
  if (values.some((i) => has(last, i))) return true;
  // Texts all of it: a blank under a name where every row has something.
  return columns.some((i) => !has(last, i) && rest.length > 0 && rest.every((record) => has(record, i)));
}

/** Of records cut into cells: how many of the first are names, the same ones in several languages. */
export function headerRowsOf(records: string[][]): number {
  const [first, ...rest] = records;
  if (!first || rest.length === 0) return 1;
  if (!isHeader(first, rest)) return 0;
  let rows = 1;
  while (
    rows < 3 &&
    records.length > rows + 1 &&
    isLabels(records[rows] ?? [], records.slice(rows + 1), first)
  )
    rows += 1;
  return rows;
}

/** Positions of the columns that hold numbers and dates, by the records given. */
function valueColumns(records: string[][], width: number): number[] {
  return Array.from({ length: width }, (_, i) => i).filter((i) => {
    const cells = records.map((record) => record[i]?.trim() ?? '').filter((cell) => cell !== '');
    return cells.length > 0 && cells.filter(looksLikeValue).length / cells.length >= MOSTLY;
  });
}

/** Names stand above values: no cell of a header looks like one. Without columns of values, names are all there and all different. */
function isHeader(first: string[], rest: string[][]): boolean {
  const named = first.filter((cell) => headerName(cell) !== '');
  const columns = valueColumns(rest, first.length);
  const valueLike = columns.filter((i) => looksLikeValue(first[i] ?? '')).length;
  if (columns.length > 0) return valueLike / columns.length < 0.5;
  const below = rest.filter((record) => record.some((cell, i) => cell !== '' && cell === first[i])).length;
  return new Set(named).size === named.length && below <= rest.length * 0.1;
}

/** A further line of names: words where the column has values, in nearly every such column, and another language than the first. */
function isLabels(line: string[], rest: string[][], first: string[]): boolean {
  const columns = valueColumns(rest, first.length);
  const filledIn = columns.filter((i) => (line[i] ?? '').trim() !== '');
  const words = filledIn.filter((i) => !looksLikeValue(line[i] ?? ''));
  return (
    columns.length >= 2 &&
    // Columns added later often have no second name.
    filledIn.length >= columns.length * 0.6 &&
    words.length === filledIn.length &&
    filled(line).length >= first.length * MOSTLY
  );
}
