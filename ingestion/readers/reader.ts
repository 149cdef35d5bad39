/** What every reader of a file shape takes and gives, and the limits all of them keep. */
import { AppError } from '../../domain/errors.ts';
import type { Dataset } from '../contract.ts';
import type { Duck } from './duck.ts';

/** Found by looking at the bytes, not by believing the contract. `binary` is a container such as a workbook. */
export type FoundEncoding = 'utf-8' | 'utf-8-bom' | 'gb18030' | 'utf-16le' | 'utf-16be' | 'binary';

export interface SourceFile {
  /** Where the bytes are. */
  path: string;
  /** The name the agency gave the file: what people are told. */
  name: string;
  encoding: FoundEncoding;
  /** What `PlainLines` counted in it, where somebody has already looked. */
  plainLines?: number | null;
}

export interface ReadTarget {
  /** Directory for `rows.parquet`, `unreadable.parquet` and intermediate files; it exists and is the reader's own. */
  directory: string;
  duck: Duck;
  /**
   * Whether the engine can tell the position of a row in a Parquet file. Where it can, a file without unreadable rows gets no
   * `_row_no` column: numbering rows would make DuckDB read on one thread, at half the speed.
   */
  positions: boolean;
  /** Whether the engine may be handed delimited text as it lies, which costs a third of making Parquet of it first. */
  text?: boolean;
}

/** UTF-8 text with a delimiter of one character that the engine reads itself. */
export interface DelimitedText {
  path: string;
  delimiter: string;
  /** May a cell stand in quotes? */
  isQuoted: boolean;
  /** Lines before the data. */
  skip: number;
  /** What each cell of a line is: a column of the contract, `_row_no`, or null for one that is left out. */
  cells: (string | null)[];
}

/** What the sender says of the file in its header information. */
export interface Declared {
  rows?: number;
  /** By source column, as written. */
  totals?: Record<string, string>;
  /** First and last day, as written. */
  dates?: { from: string; to: string };
  sender?: string;
  sequence?: string;
}

export interface ReadResult {
  /** The contract's source columns as text, '' where missing; `_row_no` (from 1) when `numbering` is `column`. '' when there is `text`. */
  parquetPath: string;
  /** In place of Parquet, for a target that takes it. Whether every line is a record only reading it tells. */
  text?: DelimitedText;
  numbering: 'column' | 'position';
  /** Columns in the file of rows: the contract's that the file has, in the contract's order. */
  columns: string[];
  /** Data rows of the file, unreadable ones included. */
  rowCount: number;
  /** Rows nobody can read as a record: `_row_no, rule, message, text`; null when there are none. A file, for there may be millions. */
  unreadablePath: string | null;
  unreadableCount: number;
  /** Of the unreadable ones, lines under the table, which a sender does not count among its rows. */
  footerCount?: number;
  /** Drift that is no fault of a row: an extra column, another encoding. One sentence each. */
  notes: string[];
  /** Only of files with header information; its row count is compared already. */
  declared?: Declared;
  /** Names of columns the contract does not have, which were left out. */
  extra?: string[];
}

export type Reader = (file: SourceFile, dataset: Dataset, target: ReadTarget) => Promise<ReadResult>;

export const LIMITS = {
  /** Bytes of one physical line, and of one cell. */
  line: 2 ** 20,
  columns: 2000,
  /** Bytes of one delivery, and of what a container holds once unpacked. */
  file: 64 * 2 ** 30,
  unpacked: 4 * 2 ** 30,
  /** Unpacked bytes per packed byte. Office files reach 30; bombs a thousand. */
  ratio: 200,
  entries: 10_000,
  /** Bytes kept of an unreadable row. */
  kept: 4096,
} as const;

/**
 * The error of a file that cannot be taken at all: nothing of it is loaded.
 * @param rule stable snake_case name, as in quarantine
 * @param where line, column, byte offset … never a value of the data
 */
export function refusal(
  rule: string,
  message: string,
  where: Record<string, string | number> = {},
  fix?: string,
): AppError {
  return new AppError('refused_delivery', message, { where: { ...where, rule }, fix });
}
