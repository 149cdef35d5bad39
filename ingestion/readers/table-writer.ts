/** The intermediate form of every shape but well-formed CSV: a UTF-8 CSV file of numbered rows, and one of unreadable rows. */
import type { WordedRule } from '../quarantine/rules-zh.ts';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { copyToParquetSql, readCsvSql } from './duck.ts';
import { FOOTER_RULE } from './footer.ts';
import { LIMITS, type ReadResult, type ReadTarget } from './reader.ts';

const FLUSH_AT = 2 ** 18;
const UNREADABLE_GROUP = 8192;
/** Bytes of a record; less makes the engine's CSV reader no smaller. */
export const LEAST_RECORD = 2 ** 19;
export const UNREADABLE_COLUMNS = ['_row_no', 'rule', 'message', 'text'];

/** A CSV file being written, flushed from time to time. */
export class Lines {
  #pending: string[] = [];
  #size = 0;
  count = 0;
  /** Of the lines, in UTF-16; in UTF-8 it takes three times as many bytes at most. */
  #longest = 0;
  readonly #file: FileHandle;
  readonly path: string;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }
  static async create(path: string, header: string[]): Promise<Lines> {
    const lines = new Lines(path, await open(path, 'w', 0o600));
    lines.add(header);
    lines.count = 0;
    return lines;
  }
  add(cells: string[]): void {
    const line = `${cells.map(quoted).join(',')}\n`;
    this.#pending.push(line);
    this.#size += line.length;
    this.#longest = Math.max(this.#longest, line.length);
    this.count += 1;
  }
  /** Bytes none of the lines has more of. */
  get longest(): number {
    return 3 * this.#longest;
  }
  get isFull(): boolean {
    return this.#size > FLUSH_AT;
  }
  async flush(): Promise<void> {
    const text = this.#pending.join('');
    this.#pending = [];
    this.#size = 0;
    await this.#file.writeFile(text);
  }
  async close(): Promise<void> {
    await this.flush();
    await this.#file.close();
  }
}

/** A cell in quotes: blanks at its ends and an empty only cell stay what they are. */
export const quoted = (cell: string): string => `"${cell.includes('"') ? cell.replaceAll('"', '""') : cell}"`;

export class TableWriter {
  readonly #target: ReadTarget;
  readonly #columns: string[];
  readonly #rows: Lines;
  readonly #unreadable: Lines;
  #footers = 0;

  private constructor(target: ReadTarget, columns: string[], rows: Lines, unreadable: Lines) {
    this.#target = target;
    this.#columns = columns;
    this.#rows = rows;
    this.#unreadable = unreadable;
  }

  /** @param columns names of the cells given to `row`, without `_row_no` */
  static async create(target: ReadTarget, columns: string[]): Promise<TableWriter> {
    const rows = await Lines.create(join(target.directory, 'rows.csv'), ['_row_no', ...columns]);
    const unreadable = await Lines.create(join(target.directory, 'unreadable.csv'), UNREADABLE_COLUMNS);
    return new TableWriter(target, columns, rows, unreadable);
  }

  row(rowNo: number, cells: string[]): void {
    this.#rows.add([String(rowNo), ...cells]);
  }

  unreadable(rowNo: number, rule: WordedRule, message: string, text: string): void {
    this.#unreadable.add(unreadableCells(rowNo, rule, message, text));
    if (rule === FOOTER_RULE) this.#footers += 1;
  }

  /** Called between chunks of input: keeps what waits in memory small. */
  async drain(): Promise<void> {
    if (this.#rows.isFull) await this.#rows.flush();
    if (this.#unreadable.isFull) await this.#unreadable.flush();
  }

  async finish(columns: string[], notes: string[]): Promise<ReadResult> {
    await this.#rows.close();
    await this.#unreadable.close();
    const parquetPath = join(this.#target.directory, 'rows.parquet');
    const number = 'CAST(_row_no AS UBIGINT) AS _row_no';
    const rows = readCsvSql(
      this.#rows.path,
      ['_row_no', ...this.#columns],
      ',',
      longest(this.#columns.length),
    );
    await this.#target.duck.run(
      copyToParquetSql(`SELECT ${number}, * EXCLUDE (_row_no) FROM ${rows}`, parquetPath),
    );
    return {
      parquetPath,
      numbering: 'column',
      columns,
      rowCount: this.#rows.count + this.#unreadable.count,
      ...(await unreadableOf(this.#unreadable, this.#target)),
      ...(this.#footers > 0 ? { footerCount: this.#footers } : {}),
      notes,
    };
  }

  /** Lets go of the files after a refusal. */
  async abandon(): Promise<void> {
    await this.#rows.close();
    await this.#unreadable.close();
  }
}

/** The unreadable rows as a result has them. */
export async function unreadableOf(
  lines: Lines,
  target: ReadTarget,
): Promise<Pick<ReadResult, 'unreadablePath' | 'unreadableCount'>> {
  if (lines.count === 0) return { unreadablePath: null, unreadableCount: 0 };
  const unreadablePath = join(target.directory, 'unreadable.parquet');
  // The engine's buffers are many times the longest record, and a group of rows is held in memory: here each row may have kibibytes.
  const source = readCsvSql(lines.path, UNREADABLE_COLUMNS, ',', Math.max(LEAST_RECORD, lines.longest));
  await target.duck.run(
    copyToParquetSql(
      `SELECT CAST(_row_no AS UBIGINT) AS _row_no, rule, message, text FROM ${source}`,
      unreadablePath,
      UNREADABLE_GROUP,
    ),
  );
  return { unreadablePath, unreadableCount: lines.count };
}

/** Cells of an unreadable row. */
export const unreadableCells = (rowNo: number, rule: WordedRule, message: string, text: string): string[] => [
  String(rowNo),
  rule,
  message,
  text.slice(0, LIMITS.kept),
];

/** Bytes the longest record may have: cells are limited, and a record never has more than one that is at the limit. */
const longest = (columns: number): number => 4 * LIMITS.line + columns * 16;
