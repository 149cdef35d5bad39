import { join } from 'node:path';
import { errorMessage } from '../../warehouse/error-code.ts';
import type { Dataset, Delivery } from '../contract.ts';
import { linkFile } from '../files.ts';
import { CsvRecords } from './csv-records.ts';
import { readSieved } from './csv-sieve.ts';
import { copyToParquetSql, duckName, duckText, readCsvSql } from './duck.ts';
import { decodedText, utf8Text } from './encoding.ts';
import { bytesBehind, textBehind } from './head.ts';
import { joinedHeader } from './header-rows.ts';
import { columnAt, type HeaderMatch, matchHeader, unnamedColumn } from './header.ts';
import { isPlainDelimiter, plainLines } from './plain-lines.ts';
import { LIMITS, type ReadResult, type ReadTarget, refusal, type SourceFile } from './reader.ts';

/**
 * Reads CSV, and text with any delimiter. A well-formed UTF-8 file goes straight from DuckDB to Parquet; the first deviation sends
 * it through a sieve, which tells every broken row apart.
 * @throws AppError `refused_delivery`: encoding, header
 */
export async function readCsv(file: SourceFile, dataset: Dataset, target: ReadTarget): Promise<ReadResult> {
  const form = formOf(dataset.delivery);
  const top = await readTop(file, form);
  const header = form.headerRows > 0 ? top.header : unnamed(top.header.length, dataset);
  const match = matchHeader(header, dataset);
  match.notes.push(...encodingNotes(file, dataset));
  // Where lines stand under the table each record is looked at.
  const fast =
    top.isPlain && form.footer.length === 0
      ? ((await readAsItLies(file, header.length, match, form, target)) ??
        (await readFast(file, header.length, match, form, target)))
      : null;
  const { delimiter, isQuoted, headerRows, headLines, footer } = form;
  const shape = { delimiter, isQuoted, headerRows, footer, width: header.length };
  const read =
    fast ??
    (await readSieved(bytesBehind(utf8Text(file.path, file.encoding), headLines), match, shape, target));
  return { ...read, extra: match.extra };
}

interface Form {
  delimiter: string;
  /** May a cell stand in quotes? */
  isQuoted: boolean;
  headerRows: number;
  /** Names are joined from all of them. */
  isJoined: boolean;
  /** Words lines under the table begin with. */
  footer: readonly string[];
  /** Lines of header information above the header. */
  headLines: number;
}

function formOf(delivery: Delivery): Form {
  if (delivery.shape !== 'csv' && delivery.shape !== 'txt')
    return { delimiter: ',', isQuoted: true, headerRows: 1, isJoined: false, footer: [], headLines: 0 };
  const { delimiter, headerRows, headerNames, head, footer = [] } = delivery;
  const isQuoted = delivery.shape === 'csv' || delivery.quoted;
  const isJoined = headerNames === 'joined' && headerRows > 1;
  return { delimiter, isQuoted, headerRows, isJoined, footer, headLines: head?.lines ?? 0 };
}

/** A file without a header has the contract's columns, in its order. */
const unnamed = (width: number, { fields }: Dataset): string[] =>
  Array.from({ length: width }, (_, position) => fields[position]?.source ?? unnamedColumn(position));

/** The names of the columns, and whether the lines above the data are one record each, so that DuckDB can skip them. */
async function readTop(file: SourceFile, form: Form): Promise<{ header: string[]; isPlain: boolean }> {
  const records = new CsvRecords(form.delimiter, form.isQuoted);
  const wanted = form.isJoined ? form.headerRows : 1;
  const found: string[][] = [];
  const take = (events: ReturnType<CsvRecords['push']>): boolean => {
    for (const event of events) {
      if (event.kind !== 'record')
        throw refusal('bad_header', `The header ${event.message}.`, {
          line: form.headLines + found.length + 1,
        });
      found.push(event.cells);
      if (found.length === wanted) break;
    }
    return found.length === wanted;
  };
  let start = '';
  let isWhole = false;
  for await (const text of textBehind(decodedText(file.path, file.encoding), form.headLines)) {
    start = start.slice(0, LIMITS.line) + text;
    isWhole = take(records.push(text));
    if (isWhole) break;
  }
  if (!isWhole) take(records.finish());
  const [first] = found;
  if (!first) throw refusal('empty_file', 'The file holds nothing but blank lines.');
  const header = form.isJoined ? joinedHeader(found) : first;
  return { header, isPlain: isPlainTop(start, header.length, form) };
}

function isPlainTop(start: string, width: number, { delimiter, isQuoted, headerRows }: Form): boolean {
  const lines = start.split(/\r\n|\r|\n/, headerRows);
  return lines.every((line) => {
    const [event] = [...new CsvRecords(delimiter, isQuoted).push(`${line}\n`)];
    return event?.kind === 'record' && event.cells.length === width;
  });
}

const isUtf8 = ({ encoding }: SourceFile): boolean => encoding === 'utf-8' || encoding === 'utf-8-bom';

/** Null when the engine cannot be handed the file itself. */
async function readAsItLies(
  file: SourceFile,
  width: number,
  match: HeaderMatch,
  { delimiter, isQuoted, headLines, headerRows }: Form,
  target: ReadTarget,
): Promise<ReadResult | null> {
  // Lines are counted before anybody knows that each is a record: what the sender declares of them is compared the careful way.
  if (headLines > 0 || !target.text || !target.positions || !isUtf8(file) || !isPlainDelimiter(delimiter))
    return null;
  const lines =
    width > 1 ? (file.plainLines === undefined ? await plainLines(file.path) : file.plainLines) : null;
  if (lines === null) return null;
  const cells = Array.from({ length: width }, (_, position) => columnAt(match, position));
  // Under a name of ours: in the sender's the engine would see patterns and kinds of compression.
  const path = join(target.directory, 'delivery.csv');
  await linkFile(file.path, path);
  return {
    parquetPath: '',
    text: { path, delimiter, isQuoted, skip: headerRows, cells },
    numbering: 'position',
    columns: match.columns,
    rowCount: Math.max(lines - headerRows, 0),
    unreadablePath: null,
    unreadableCount: 0,
    notes: match.notes,
  };
}

/** Null when the file has anything a strict reader stumbles over. */
async function readFast(
  file: SourceFile,
  width: number,
  match: HeaderMatch,
  form: Form,
  target: ReadTarget,
): Promise<ReadResult | null> {
  // What must be turned into UTF-8 passes through our hands anyway.
  if (!target.positions || !isUtf8(file)) return null;
  const parquetPath = join(target.directory, 'rows.parquet');
  const source = readCsvSql(
    file.path,
    Array.from({ length: width }, (_, position) => `c${position}`),
    form.delimiter,
    2 * LIMITS.line,
    { headerRows: form.headLines + form.headerRows, isQuoted: form.isQuoted },
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

/** Drift of the encoding, when the file is in another than agreed. Plain ASCII and a byte order mark are no drift. */
export function encodingNotes(file: SourceFile, dataset: Dataset): string[] {
  const agreed = 'encoding' in dataset.delivery ? dataset.delivery.encoding : 'utf-8';
  const family = (encoding: string): string => encoding.replace('-bom', '');
  if (family(agreed) === family(file.encoding)) return [];
  return [`The contract says ${agreed}; the file is ${file.encoding} and was read as that.`];
}
