/** What separates the cells of a text file, and which of its first lines are no data. */
import { CsvRecords } from '../readers/csv-records.ts';
import { headerName } from '../readers/header.ts';

export interface TableForm {
  delimiter: string;
  /** Lines above the data: 0 no header, 1 names, more: names in further languages. */
  headerRows: number;
  header: string[];
}

export const DELIMITERS = [',', '\t', ';', '|', '\u0001', '^'];
/** Records looked at. */
const LOOKED_AT = 500;
/** A column of numbers and dates: what share of its values must be such. */
const MOSTLY = 0.8;

/** Numbers, dates, times, codes with digits in front: what the name of a column never is. */
const VALUE = /^[-+(¥￥]?[0-9][0-9.,:/年月日 T()%+-]*(?:[元万亩户套年%A-Za-z㎡]{0,4})$/u;
const looksLikeValue = (cell: string): boolean => VALUE.test(cell.normalize('NFKC').trim());

/** @param start the beginning of the file; its last line may be cut off */
export function sniffTable(start: string, isWhole: boolean): TableForm {
  const tried = DELIMITERS.map((delimiter) => ({ delimiter, records: recordsOf(start, delimiter, isWhole) }));
  const { delimiter, records } = tried.reduce((best, next) =>
    evenness(next.records) > evenness(best.records) ? next : best,
  );
  const headerRows = headerRowsOf(records);
  return { delimiter, headerRows, header: records[0] ?? [] };
}

function recordsOf(start: string, delimiter: string, isWhole: boolean): string[][] {
  const reader = new CsvRecords(delimiter);
  const records: string[][] = [];
  const take = (events: ReturnType<CsvRecords['push']>): void => {
    for (const event of events) {
      if (records.length >= LOOKED_AT) return;
      if (event.kind === 'record') records.push(event.cells);
    }
  };
  take(reader.push(start));
  if (isWhole) take(reader.finish());
  return records;
}

/** How good a delimiter is: the width most records have, times the share of records that have it. One column is a last resort. */
function evenness(records: string[][]): number {
  const counts = new Map<number, number>();
  for (const { length } of records) counts.set(length, (counts.get(length) ?? 0) + 1);
  let best = 0;
  for (const [width, count] of counts) {
    const share = count / records.length;
    // The share counts most: an address with commas in it makes wide and ragged records.
    if (width > 1) best = Math.max(best, share ** 3 * Math.log2(width + 1));
  }
  return best;
}

/** Of records cut into cells: how many of the first are names. */
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
  const filled = columns.filter((i) => (line[i] ?? '').trim() !== '');
  const words = filled.filter((i) => !looksLikeValue(line[i] ?? ''));
  return (
    columns.length >= 2 &&
    // Columns added later often have no second name.
    filled.length >= columns.length * 0.6 &&
    words.length === filled.length &&
    line.filter((cell) => cell.trim() !== '').length >= first.length * MOSTLY
  );
}
