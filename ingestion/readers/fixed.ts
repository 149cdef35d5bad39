import { createReadStream } from 'node:fs';
import type { Dataset, Delivery } from '../contract.ts';
import { encodingNotes } from './csv.ts';
import { decodedText } from './encoding.ts';
import { bytesBehind, textBehind } from './head.ts';
import { missingColumn } from './header.ts';
import { LIMITS, type ReadResult, type ReadTarget, refusal, type SourceFile } from './reader.ts';
import { TableWriter } from './table-writer.ts';

type FixedDelivery = Extract<Delivery, { shape: 'fixed' }>;
type Line = Buffer | string;

/**
 * Reads lines whose values stand at fixed places, counted in bytes of the file's encoding or in characters. A line of another
 * length is an unreadable row: whatever slid would be read as something else.
 * @throws AppError `refused_delivery`: encoding, `missing_column`
 */
export async function readFixed(file: SourceFile, dataset: Dataset, target: ReadTarget): Promise<ReadResult> {
  const { delivery } = dataset;
  if (delivery.shape !== 'fixed') throw refusal('bad_contract', 'The contract has no places of columns.');
  const columns = columnsOf(dataset, delivery);
  const width = Math.max(...delivery.columns.map(({ start, length }) => start - 1 + length));
  const cellsOf = cutter(file, columns);
  const writer = await TableWriter.create(
    target,
    columns.map(({ source }) => source),
  );
  let rowNo = 0;
  try {
    for await (const lines of linesOf(file, delivery)) {
      for (const line of lines) {
        if (textOf(line).trim() === '') continue;
        rowNo += 1;
        const length = typeof line === 'string' ? Array.from(line).length : line.length;
        const cells = length === width ? cellsOf(line) : null;
        if (cells !== null) writer.row(rowNo, cells);
        else {
          const isCut = length === width;
          writer.unreadable(
            rowNo,
            isCut ? 'cut_character' : 'row_length',
            isCut
              ? 'A column ends in the middle of a character.'
              : `The row has ${length} ${delivery.unit}, the contract ${width}.`,
            decoded(file, line),
          );
        }
      }
      await writer.drain();
    }
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  return writer.finish(
    columns.map(({ source }) => source),
    encodingNotes(file, dataset),
  );
}

function columnsOf(dataset: Dataset, delivery: FixedDelivery): FixedDelivery['columns'] {
  return dataset.fields.flatMap((field) => {
    const column = delivery.columns.find(({ source }) => source === field.source);
    if (!column && !field.optionalColumn) throw missingColumn(field.source, dataset);
    return column ? [column] : [];
  });
}

/** The cells of a line that has the right length; null when a place cuts a character. */
function cutter(file: SourceFile, columns: FixedDelivery['columns']): (line: Line) => string[] | null {
  const decoder = decoderOf(file, true);
  return (line) => {
    try {
      const characters = typeof line === 'string' ? Array.from(line) : null;
      return columns.map(({ start, length }) => {
        const from = start - 1;
        const text = characters
          ? characters.slice(from, from + length).join('')
          : decoder.decode((line as Buffer).subarray(from, from + length));
        return text.trim();
      });
    } catch {
      return null; // the decoder says no more than that the bytes are no text
    }
  };
}

const decoderOf = (file: SourceFile, fatal: boolean) =>
  new TextDecoder(file.encoding === 'gb18030' ? 'gb18030' : 'utf-8', { fatal, ignoreBOM: true });
const decoded = (file: SourceFile, line: Line): string =>
  typeof line === 'string' ? line : decoderOf(file, false).decode(line.subarray(0, LIMITS.kept));
const textOf = (line: Line): string => (typeof line === 'string' ? line : line.toString('latin1'));

/** Lines as bytes where places are bytes, else as text. In UTF-16 only characters can be counted. */
async function* linesOf(file: SourceFile, { unit, head }: FixedDelivery): AsyncGenerator<Line[]> {
  const skipped = head?.lines ?? 0;
  if (unit === 'characters' || file.encoding.startsWith('utf-16')) {
    if (unit === 'bytes')
      throw refusal(
        'encoding',
        `The contract counts bytes, which the file’s ${file.encoding} does not allow.`,
      );
    let rest = '';
    for await (const text of textBehind(decodedText(file.path, file.encoding), skipped)) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      yield lines.map((line) => line.replace(/\r$/, ''));
    }
    yield [rest.replace(/\r$/, '')];
    return;
  }
  const start = file.encoding === 'utf-8-bom' ? 3 : 0;
  let rest = Buffer.alloc(0);
  for await (const chunk of bytesBehind(
    createReadStream(file.path, { start, highWaterMark: 2 ** 18 }),
    skipped,
  )) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const lines: Buffer[] = [];
    let at = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
      lines.push(withoutReturn(bytes.subarray(at, end)));
      at = end + 1;
    }
    rest = Buffer.from(bytes.subarray(at));
    yield lines;
  }
  yield [withoutReturn(rest)];
}

const withoutReturn = (line: Buffer): Buffer => (line.at(-1) === 13 ? line.subarray(0, -1) : line);
