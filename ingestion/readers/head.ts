/** Header information (包头信息, A0-2): lines before all else in which the sender says what follows. */
import type { Head } from '../contract.ts';
import { decodedText } from './encoding.ts';
import { type Declared, LIMITS, type ReadResult, refusal, type SourceFile } from './reader.ts';

type Place = NonNullable<Head['rows']>;

/**
 * What the first lines say.
 * @throws AppError `refused_delivery`, rule `bad_head`, when something the contract names is not there
 */
export async function readHead(file: SourceFile, head: Head): Promise<Declared> {
  const lines = await firstLines(file, head.lines);
  const cells = lines.map((line) => line.split(head.delimiter).map((cell) => cell.trim()));
  const at = (name: string, place: Place | undefined): string | undefined => {
    if (place === undefined) return undefined;
    const found = typeof place === 'string' ? behind(cells, place) : cells[place.line - 1]?.[place.cell - 1];
    if (found !== undefined && found !== '') return found;
    throw refusal('bad_head', `The header information does not say the ${name}.`, { item: name });
  };
  const declared: Declared = {};
  const rows = at('number of rows', head.rows);
  if (rows !== undefined) declared.rows = wholeNumber(rows);
  const sender = at('sender', head.sender);
  if (sender !== undefined) declared.sender = sender;
  const sequence = at('sequence', head.sequence);
  if (sequence !== undefined) declared.sequence = sequence;
  for (const [column, place] of Object.entries(head.totals ?? {})) {
    const total = at(`total of ${column}`, place);
    if (total !== undefined) declared.totals = { ...declared.totals, [column]: total };
  }
  const [from, to] = [at('first day', head.from), at('last day', head.to)];
  if (from !== undefined || to !== undefined) declared.dates = { from: from ?? '', to: to ?? '' };
  return declared;
}

/** `记录数：1000`, or the label in one cell and its value in the next. */
function behind(lines: string[][], label: string): string | undefined {
  for (const cells of lines) {
    for (const [i, cell] of cells.entries()) {
      if (cell === label) return cells[i + 1];
      const rest = cell.startsWith(label) ? cell.slice(label.length).trimStart() : '';
      if (/^[:：=]/.test(rest)) return rest.slice(1).trim();
    }
  }
  return undefined;
}

function wholeNumber(text: string): number {
  const digits = text
    .normalize('NFKC')
    .replaceAll(',', '')
    .replace(/[条行]$/, '');
  if (/^\d{1,15}$/.test(digits)) return Number(digits);
  throw refusal('bad_head', 'The number of rows in the header information is no whole number.', {
    item: 'number of rows',
  });
}

async function firstLines(file: SourceFile, count: number): Promise<string[]> {
  let start = '';
  for await (const text of decodedText(file.path, file.encoding)) {
    start += text;
    const lines = start.split(LINE_END);
    if (lines.length > count) return lines.slice(0, count);
    if (start.length > count * LIMITS.line) break;
  }
  const lines = start.split(LINE_END);
  if (lines.length < count)
    throw refusal('bad_head', `The file has fewer than ${count} lines of header information.`);
  return lines.slice(0, count);
}

const LINE_END = /\r\n|\r|\n/;

/**
 * A file that says how many rows it has was cut off on its way when it has another number.
 * @throws AppError `refused_delivery`, rule `declared_rows`
 */
export function checkDeclared(read: ReadResult, declared: Declared): ReadResult {
  const rows = tableRows(read);
  if (declared.rows !== undefined && declared.rows !== rows) {
    throw refusal(
      'declared_rows',
      `The header information declares ${declared.rows} rows, the file has ${rows}.`,
      { declared: declared.rows, rows },
      'Send the whole file again.',
    );
  }
  return { ...read, declared };
}

/** Rows as a sender counts them: without the lines under the table. */
export const tableRows = ({ rowCount, footerCount = 0 }: ReadResult): number => rowCount - footerCount;

/** The text without its first lines. */
export async function* textBehind(chunks: AsyncIterable<string>, lines: number): AsyncGenerator<string> {
  let left = lines;
  let carry = '';
  for await (const chunk of chunks) {
    if (left === 0) {
      yield chunk;
      continue;
    }
    let text = carry + chunk;
    carry = '';
    while (left > 0) {
      const end = /\r\n|\r(?=[^\n])|\n/.exec(text);
      if (!end) break;
      text = text.slice(end.index + end[0].length);
      left -= 1;
    }
    if (left === 0) yield text;
    else carry = text;
  }
}

/** The bytes of a text file without its first lines; its encoding has line ends of one byte. */
export async function* bytesBehind(chunks: AsyncIterable<Buffer>, lines: number): AsyncGenerator<Buffer> {
  let left = lines;
  let wasReturn = false;
  for await (const chunk of chunks) {
    let at = 0;
    for (; left > 0 && at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === 10 || (wasReturn && byte !== 10)) left -= 1;
      wasReturn = byte === 13;
      if (left === 0 && byte !== 10) break; // a lone carriage return ended the line before this byte
    }
    if (left === 0 && at < chunk.length) yield at === 0 ? chunk : chunk.subarray(at);
  }
}
