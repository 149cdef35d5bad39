/**
 * The way through a CSV file that is not whole: broken rows are set aside, and the others go on as they stand, numbered, to the
 * engine's reader. One pass over the bytes; only a record that is not written plainly becomes strings.
 */
import type { WordedRule } from '../quarantine/rules-zh.ts';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { CsvRecords } from './csv-records.ts';
import { RecordScan } from './csv-scan.ts';
import { copyToParquetSql, duckName, readCsvSql } from './duck.ts';
import { FOOTER_MESSAGE, FOOTER_RULE, FooterScan } from './footer.ts';
import { columnAt, type HeaderMatch } from './header.ts';
import { isPlainDelimiter } from './plain-lines.ts';
import { LIMITS, type ReadResult, type ReadTarget } from './reader.ts';
import {
  LEAST_RECORD,
  Lines,
  quoted,
  UNREADABLE_COLUMNS,
  unreadableCells,
  unreadableOf,
} from './table-writer.ts';

export interface CsvShape {
  delimiter: string;
  isQuoted: boolean;
  headerRows: number;
  /** Cells of a record. */
  width: number;
  /** Words lines under the table begin with. */
  footer: readonly string[];
}

const LF = 10;
const OUTPUT = 2 ** 20;
/** Digits of a row's number. */
const MOST_DIGITS = 20;

/** @param chunks the file's text as UTF-8, without what stands above the header */
export async function readSieved(
  chunks: AsyncIterable<Buffer>,
  match: HeaderMatch,
  shape: CsvShape,
  target: ReadTarget,
): Promise<ReadResult> {
  const sieve = await Sieve.create(target, shape);
  try {
    let rest = Buffer.alloc(0);
    for await (const chunk of chunks) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      rest = Buffer.from(bytes.subarray(await sieve.take(bytes, false)));
    }
    await sieve.take(rest, true);
  } finally {
    await sieve.close();
  }
  const { delimiter, isQuoted, width } = shape;
  const known = {
    numbering: 'column',
    columns: match.columns,
    rowCount: sieve.rowCount,
    ...(await unreadableOf(sieve.unreadable, target)),
    ...(sieve.footers > 0 ? { footerCount: sieve.footers } : {}),
    notes: match.notes,
  } as const;
  if (target.text && isPlainDelimiter(delimiter)) {
    const cells = Array.from({ length: width }, (_, position) => columnAt(match, position));
    const text = { path: sieve.path, delimiter, isQuoted, skip: 0, cells: ['_row_no', ...cells] };
    return { parquetPath: '', text, ...known };
  }
  const parquetPath = join(target.directory, 'rows.parquet');
  const columns = match.columns.map((column, i) => `c${match.positions[i]} AS ${duckName(column)}`);
  const source = readCsvSql(
    sieve.path,
    ['_row_no', ...Array.from({ length: width }, (_, position) => `c${position}`)],
    delimiter,
    // The engine's buffers are many times the longest record: not more than it needs.
    Math.max(LEAST_RECORD, sieve.longest + 1),
    { headerRows: 0, isQuoted },
  );
  await target.duck.run(
    copyToParquetSql(
      `SELECT ${['CAST(_row_no AS UBIGINT) AS _row_no', ...columns].join(', ')} FROM ${source}`,
      parquetPath,
    ),
  );
  return { parquetPath, ...known };
}

class Sieve {
  rowCount: number;
  /** Bytes of the longest line written. */
  longest = 0;
  footers = 0;
  readonly path: string;
  readonly unreadable: Lines;
  readonly #shape: CsvShape;
  readonly #scan: RecordScan;
  readonly #footer: FooterScan;
  readonly #delimiter: Buffer;
  readonly #file: FileHandle;
  #output = Buffer.allocUnsafe(OUTPUT);
  #used = 0;

  private constructor(path: string, file: FileHandle, unreadable: Lines, shape: CsvShape) {
    this.path = path;
    this.#file = file;
    this.unreadable = unreadable;
    this.#shape = shape;
    this.#scan = new RecordScan(shape.delimiter, shape.isQuoted);
    this.#footer = new FooterScan(shape.footer, shape.delimiter);
    this.#delimiter = Buffer.from(shape.delimiter);
    this.rowCount = -shape.headerRows; // what stands above the data is no data row
  }

  static async create(target: ReadTarget, shape: CsvShape): Promise<Sieve> {
    const path = join(target.directory, 'rows.csv');
    const unreadable = await Lines.create(join(target.directory, 'unreadable.csv'), UNREADABLE_COLUMNS);
    return new Sieve(path, await open(path, 'w', 0o600), unreadable, shape);
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#file.close();
    await this.unreadable.close();
    this.rowCount = Math.max(this.rowCount, 0);
  }

  /** Takes the records that end in these bytes; gives how far it came. */
  async take(bytes: Buffer, isEnd: boolean): Promise<number> {
    const scan = this.#scan;
    let at = 0;
    while (at < bytes.length) {
      const found = scan.scan(bytes, at, isEnd);
      if (found === 'more') break;
      if (found === 'record') {
        const end = scan.end;
        const next = scan.next;
        if (scan.cells > 1 || !this.#isBlank(bytes.toString('utf8', at, end))) {
          this.rowCount += 1;
          if (this.rowCount > 0) this.#record(bytes, at, end);
        }
        at = next;
        continue;
      }
      const line = lineEnd(bytes, at);
      if (line.next === bytes.length && !isEnd && bytes.length - at <= LIMITS.line) break; // judged again when its line is there
      this.rowCount += 1;
      const text = bytes.toString('utf8', at, Math.min(line.at, at + 4 * LIMITS.kept));
      if (this.rowCount > 0) this.#setAside('bad_quoting', `The row ${scan.message}.`, text);
      at = line.next;
    }
    if (this.#used > OUTPUT / 2) await this.#flush();
    if (this.unreadable.isFull) await this.unreadable.flush();
    return at;
  }

  #record(bytes: Buffer, start: number, end: number): void {
    const { width, delimiter } = this.#shape;
    const { cells, isPlain } = this.#scan;
    if (this.#footer.isFooter(bytes, start, end, () => this.#cellsOf(bytes.toString('utf8', start, end)))) {
      this.footers += 1;
      this.#setAside(FOOTER_RULE, FOOTER_MESSAGE, bytes.toString('utf8', start, end));
      return;
    }
    const isRight = cells === width && width > 1;
    if (isRight && isPlain && end - start <= LIMITS.line) {
      this.#number(end - start);
      this.#used += bytes.copy(this.#output, this.#used, start, end);
      this.#output[this.#used++] = LF;
      return;
    }
    const text = bytes.toString('utf8', start, end);
    const hasEmptyTail = cells === width + 1 && text.endsWith(delimiter);
    if (cells !== width && !hasEmptyTail) {
      this.#setAside('column_count', `The row has ${cells} columns, the header ${width}.`, text);
      return;
    }
    const values = this.#cellsOf(text).slice(0, width);
    if (values.some((value) => value.length > LIMITS.line))
      this.#setAside('cell_too_long', `A cell is longer than ${LIMITS.line} characters.`, text);
    else this.#rewritten(values);
  }

  #cellsOf(text: string): string[] {
    const [event] = [...new CsvRecords(this.#shape.delimiter, this.#shape.isQuoted).push(`${text}\n`)];
    return event?.kind === 'record' ? event.cells : [];
  }

  #isBlank(record: string): boolean {
    return record.trim() === '' || this.#cellsOf(record)[0]?.trim() === '';
  }

  #rewritten(values: string[]): void {
    const cells = this.#shape.isQuoted ? values.map(quoted) : values;
    const line = Buffer.from(`${cells.join(this.#shape.delimiter)}\n`);
    this.#number(line.length);
    this.#used += line.copy(this.#output, this.#used);
  }

  /** Begins a line, with room for so many bytes more. */
  #number(bytes: number): void {
    const line = bytes + MOST_DIGITS + this.#delimiter.length;
    if (line > this.longest) this.longest = line;
    const wanted = this.#used + line;
    if (wanted > this.#output.length) {
      const wider = Buffer.allocUnsafe(Math.max(wanted, 2 * this.#output.length));
      this.#output.copy(wider, 0, 0, this.#used);
      this.#output = wider;
    }
    this.#used += this.#output.write(String(this.rowCount), this.#used, 'latin1');
    this.#used += this.#delimiter.copy(this.#output, this.#used);
  }

  #setAside(rule: WordedRule, message: string, text: string): void {
    this.unreadable.add(unreadableCells(this.rowCount, rule, message, text));
  }

  async #flush(): Promise<void> {
    let at = 0;
    while (at < this.#used) at += (await this.#file.write(this.#output, at, this.#used - at)).bytesWritten;
    this.#used = 0;
  }
}

function lineEnd(bytes: Buffer, from: number): { at: number; next: number } {
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] === LF) return { at, next: at + 1 };
    if (bytes[at] === 13) return { at, next: bytes[at + 1] === LF ? at + 2 : at + 1 };
  }
  return { at: bytes.length, next: bytes.length };
}
