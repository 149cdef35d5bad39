/** The rows a reader left, as the engine reads them: from Parquet, or from the delivered text itself. */
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { arrivedSql } from '../contracts/in-force.ts';
import type { Dataset } from '../contract.ts';
import type { ReadResult } from '../readers/index.ts';
import { CHANGE_TEXTS, isChangeLog } from './change-log.ts';
import { sourceColumn } from './check-sql.ts';

export interface RowsFile {
  format: 'Parquet' | 'CSV';
  path: string;
  /** ClickHouse's `name Type, …` of everything in the file. */
  structure: string;
  /** What the statement must set for the engine to read it as it is meant. */
  settings: Record<string, string | number>;
}

const ROW_NO = '_row_no';

export function rowsFile(read: ReadResult): RowsFile {
  const typed = (name: string): string =>
    name === ROW_NO ? `${ROW_NO} UInt64` : `${identifier(name)} String`;
  if (read.text === undefined) {
    const names = [...(read.numbering === 'column' ? [ROW_NO] : []), ...read.columns];
    const structure = names.map(typed).join(', ');
    return { format: 'Parquet', path: read.parquetPath, structure, settings: {} };
  }
  const { path, cells, delimiter, isQuoted, skip } = read.text;
  const settings = {
    format_csv_delimiter: literal(delimiter),
    format_csv_allow_double_quotes: Number(isQuoted),
    format_csv_allow_single_quotes: 0,
    input_format_csv_skip_first_lines: skip,
    // A cell is what stands between two delimiters, and nothing is guessed.
    input_format_csv_trim_whitespaces: 0,
    input_format_csv_detect_header: 0,
    input_format_csv_empty_as_default: 0,
    input_format_null_as_default: 0,
    // Read in pieces, rows would be numbered in each piece.
    input_format_parallel_parsing: Number(read.numbering === 'column'),
  };
  return {
    format: 'CSV',
    path,
    structure: cells.map((cell, at) => typed(cell ?? `_cell${at}`)).join(', '),
    settings,
  };
}

/** SELECT of `_row_no` and every field's text as the contract of today has it, `s_*`; of a change log its own columns besides. */
export function deliveredSql(
  dataset: Dataset,
  read: Pick<ReadResult, 'columns' | 'numbering'>,
  from: string,
): string {
  const present = new Set(read.columns);
  const rowNo = read.numbering === 'column' ? ROW_NO : 'toUInt64(assumeNotNull(_row_number) + 1)';
  const texts = dataset.fields.map(
    (field) =>
      `${present.has(field.source) ? arrivedSql(field, identifier(field.source)) : "''"} AS ${sourceColumn(field)}`,
  );
  if (isChangeLog(dataset))
    texts.push(...CHANGE_TEXTS.map(({ column, as }) => `${identifier(column)} AS ${as}`));
  return `SELECT ${rowNo} AS ${ROW_NO}, ${texts.join(', ')} FROM ${from}`;
}
