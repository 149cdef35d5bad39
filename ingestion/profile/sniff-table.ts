/** What separates the cells of a text file, and which of its first lines are no data. */
import { CsvRecords } from '../readers/csv-records.ts';
import { areQuoted, longDelimiter } from './sniff-delimiter.ts';
import { type TableTop, tableTop } from './table-top.ts';

export interface TableForm extends Omit<TableTop, 'skip'> {
  delimiter: string;
  /** May cells stand in quotes? */
  isQuoted: boolean;
  /** Lines above the header. */
  above: string[];
}

export const DELIMITERS = [',', '\t', ';', '|', '\u0001', '^'];
/** Records looked at. */
const LOOKED_AT = 500;

/** @param start the beginning of the file; its last line may be cut off */
export function sniffTable(start: string, isWhole: boolean): TableForm {
  const long = longDelimiter(start, isWhole);
  const isQuoted = long === null || areQuoted(start);
  const tried = (long === null ? DELIMITERS : [long]).map((delimiter) => ({
    delimiter,
    records: recordsOf(start, delimiter, isQuoted, isWhole),
  }));
  const { delimiter, records } = tried.reduce((best, next) =>
    evenness(next.records) > evenness(best.records) ? next : best,
  );
  const { skip, ...top } = tableTop(records);
  const above =
    skip === 0 ? [] : linesAbove(start, skip, records[skip] ?? [], new CsvRecords(delimiter, isQuoted));
  // A title of several lines in quotes: nobody can say how many lines to leave out.
  if (above === null)
    return { delimiter, isQuoted, above: [], headerRows: 1, isJoined: false, header: records[0] ?? [] };
  return { delimiter, isQuoted, above, ...top };
}

/** The lines so many records take, blank ones among and behind them; null where the header does not stand behind them. */
function linesAbove(start: string, skip: number, header: string[], reader: CsvRecords): string[] | null {
  const lines = start.split(/\r\n|\r|\n/);
  let at = 0;
  for (let left = skip; left > 0 && at < lines.length; at++) if (lines[at]?.trim() !== '') left -= 1;
  while (lines[at]?.trim() === '') at += 1;
  const [event] = [...reader.push(`${lines[at] ?? ''}\n`)];
  const isThere = event?.kind === 'record' && event.cells.join('\0') === header.join('\0');
  return isThere ? lines.slice(0, at) : null;
}

function recordsOf(start: string, delimiter: string, isQuoted: boolean, isWhole: boolean): string[][] {
  const reader = new CsvRecords(delimiter, isQuoted);
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
