import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorMessage } from '../../warehouse/error-code.ts';
import type { Dataset } from '../contract.ts';
import { CsvRecords } from './csv-records.ts';
import { copyToParquetSql, duckName, duckText, readCsvSql } from './duck.ts';
import { decodedText } from './encoding.ts';
import { type HeaderMatch, matchHeader, unnamedColumn } from './header.ts';
import { LIMITS, type ReadResult, type ReadTarget, refusal, type SourceFile } from './reader.ts';
import { TableWriter } from './table-writer.ts';

/**
 * Reads CSV. A well-formed file goes straight from DuckDB to Parquet; the first deviation sends it the careful way,
 * which tells every broken row apart.
 * @throws AppError `refused_delivery`: encoding, header
 */
export async function readCsv(file: SourceFile, dataset: Dataset, target: ReadTarget): Promise<ReadResult> {
  const form = formOf(dataset);
  const top = await readTop(file, form);
  const header = form.headerRows > 0 ? top.header : unnamed(top.header.length, dataset);
  const match = matchHeader(header, dataset);
  match.notes.push(...encodingNotes(file, dataset));
  const fast = top.isPlain ? await readFast(file, header.length, match, form, target) : null;
  return fast ?? readCarefully(file, match, header.length, form, target);
}

type Form = Pick<Extract<Dataset['delivery'], { shape: 'csv' }>, 'delimiter' | 'headerRows'>;

const formOf = ({ delivery }: Dataset): Form =>
  delivery.shape === 'csv' ? delivery : { delimiter: ',', headerRows: 1 };

/** A file without a header has the contract's columns, in its order. */
const unnamed = (width: number, { fields }: Dataset): string[] =>
  Array.from({ length: width }, (_, position) => fields[position]?.source ?? unnamedColumn(position));

/** The first record, and whether the lines above the data are one record each, so that DuckDB can skip them. */
async function readTop(file: SourceFile, form: Form): Promise<{ header: string[]; isPlain: boolean }> {
  const records = new CsvRecords(form.delimiter);
  const first = (events: ReturnType<CsvRecords['push']>): string[] | undefined => {
    for (const event of events) {
      if (event.kind === 'record') return event.cells;
      throw refusal('bad_header', `The header ${event.message}.`, { line: 1 });
    }
    return undefined;
  };
  let start = '';
  for await (const text of decodedText(file.path, file.encoding)) {
    start = start.slice(0, LIMITS.line) + text;
    const header = first(records.push(text));
    if (header) return { header, isPlain: isPlainTop(start, header.length, form) };
  }
  const header = first(records.finish());
  if (!header) throw refusal('empty_file', 'The file holds nothing but blank lines.');
  return { header, isPlain: isPlainTop(start, header.length, form) };
}

function isPlainTop(start: string, width: number, { delimiter, headerRows }: Form): boolean {
  const lines = start.split(/\r\n|\r|\n/, headerRows);
  return lines.every((line) => {
    const [event] = [...new CsvRecords(delimiter).push(`${line}\n`)];
    return event?.kind === 'record' && event.cells.length === width;
  });
}

/** Null when the file has anything a strict reader stumbles over. */
async function readFast(
  file: SourceFile,
  width: number,
  match: HeaderMatch,
  { delimiter, headerRows }: Form,
  target: ReadTarget,
): Promise<ReadResult | null> {
  if (!target.positions) return null;
  const path = await asUtf8(file, target);
  const parquetPath = join(target.directory, 'rows.parquet');
  const source = readCsvSql(
    path,
    Array.from({ length: width }, (_, position) => `c${position}`),
    delimiter,
    2 * LIMITS.line,
    headerRows,
  );
  const select = match.columns.map((column, i) => `c${match.positions[i]} AS ${duckName(column)}`).join(', ');
  try {
    await target.duck.run(copyToParquetSql(`SELECT ${select} FROM ${source}`, parquetPath));
  } catch (error) {
    if (/CSV|max_line_size|Maximum line size/i.test(errorMessage(error))) return null;
    throw error;
  }
  return {
    parquetPath,
    numbering: 'position',
    columns: match.columns,
    rowCount: await target.duck.count(`SELECT count(*) FROM read_parquet(${duckText(parquetPath)})`),
    unreadablePath: null,
    unreadableCount: 0,
    notes: match.notes,
  };
}

async function asUtf8(file: SourceFile, target: ReadTarget): Promise<string> {
  if (file.encoding === 'utf-8' || file.encoding === 'utf-8-bom') return file.path;
  const path = join(target.directory, 'source.utf8');
  await pipeline(
    Readable.from(decodedText(file.path, file.encoding)),
    createWriteStream(path, { mode: 0o600 }),
  );
  return path;
}

async function readCarefully(
  file: SourceFile,
  match: HeaderMatch,
  width: number,
  { delimiter, headerRows }: Form,
  target: ReadTarget,
): Promise<ReadResult> {
  const records = new CsvRecords(delimiter);
  const writer = await TableWriter.create(target, match.columns);
  let rowNo = -headerRows; // what stands above the data is no data row
  const take = (events: ReturnType<CsvRecords['push']>): void => {
    for (const event of events) {
      rowNo += 1;
      if (rowNo <= 0) continue;
      if (event.kind === 'broken') {
        writer.unreadable(rowNo, 'bad_quoting', `The row ${event.message}.`, event.text);
        continue;
      }
      const { cells } = event;
      const hasEmptyTail = cells.length === width + 1 && cells[width] === '';
      if (cells.length !== width && !hasEmptyTail) {
        writer.unreadable(
          rowNo,
          'column_count',
          `The row has ${cells.length} columns, the header ${width}.`,
          cells.join(delimiter),
        );
      } else if (cells.some((cell) => cell.length > LIMITS.line)) {
        writer.unreadable(
          rowNo,
          'cell_too_long',
          `A cell is longer than ${LIMITS.line} characters.`,
          cells.join(delimiter),
        );
      } else {
        writer.row(
          rowNo,
          match.positions.map((position) => cells[position] ?? ''),
        );
      }
    }
  };
  try {
    for await (const text of decodedText(file.path, file.encoding)) {
      take(records.push(text));
      await writer.drain();
    }
    take(records.finish());
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  return writer.finish(match.columns, match.notes);
}

/** Drift of the encoding, when the file is in another than agreed. Plain ASCII and a byte order mark are no drift. */
export function encodingNotes(file: SourceFile, dataset: Dataset): string[] {
  const agreed = dataset.delivery.shape === 'csv' ? dataset.delivery.encoding : 'utf-8';
  const family = (encoding: string): string => encoding.replace('-bom', '');
  if (family(agreed) === family(file.encoding)) return [];
  return [`The contract says ${agreed}; the file is ${file.encoding} and was read as that.`];
}
