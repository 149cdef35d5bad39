/** Text so plain that every reader understands it alike: no quotes, no blank lines, lines that end in LF or CR LF. */
import { createReadStream } from 'node:fs';

const LF = 10;
const CR = 13;
const QUOTE = 34;

/** One character that the engine does not take for padding, as it does blanks and tabs. */
export const isPlainDelimiter = (delimiter: string): boolean => /^[!-~]$/.test(delimiter);

/** Looks at the bytes of a text as they come, a gigabyte a second; what is not plain is looked at no further. */
export class PlainLines {
  #lines = 0;
  #isPlain = true;
  #tail = Buffer.alloc(0);

  push(chunk: Buffer): void {
    if (!this.#isPlain) return;
    this.#isPlain = !chunk.includes(QUOTE) && hasPlainEnds(chunk) && hasPlainEnds(seam(this.#tail, chunk));
    if (!this.#isPlain) return;
    // The search is native: over lines of text faster than a look at each byte.
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) this.#lines += 1;
    this.#tail = Buffer.from(Buffer.concat([this.#tail, chunk.subarray(-2)]).subarray(-2));
  }

  /** Lines, the last one also without its end; null when there is a quote, a blank line or a lone carriage return. */
  finish(): number | null {
    const last = this.#tail.at(-1);
    if (!this.#isPlain || last === CR) return null;
    return last === LF || last === undefined ? this.#lines : this.#lines + 1;
  }
}

/** The same of a file. */
export async function plainLines(path: string): Promise<number | null> {
  const lines = new PlainLines();
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) lines.push(chunk as Buffer);
  return lines.finish();
}

/** Where two pieces of the file meet. */
const seam = (tail: Buffer, chunk: Buffer): Buffer => Buffer.concat([tail, chunk.subarray(0, 2)]);

/** Does something stand on every line, and a line feed behind every carriage return but the last byte? */
function hasPlainEnds(bytes: Buffer): boolean {
  if (bytes.includes('\n\n')) return false;
  const first = bytes.indexOf(CR);
  if (first < 0) return true;
  if (bytes.includes('\n\r\n')) return false;
  for (let at = first; at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(CR, at + 1))
    if (bytes[at + 1] !== LF) return false;
  return true;
}
