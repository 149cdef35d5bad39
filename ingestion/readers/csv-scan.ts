/** Where the records of a CSV text are, in bytes of UTF-8: no cell becomes a string. What a record is, `CsvRecords` says. */
import { LIMITS } from './reader.ts';

const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;

export type Scanned = 'record' | 'broken' | 'more';

export class RecordScan {
  /** Of the record last found: behind its last byte, and where the next begins. */
  end = 0;
  next = 0;
  cells = 0;
  /** Quotes stand only around whole cells: every reader understands the record the same way. */
  isPlain = true;
  /** Why it is broken. */
  message = '';

  readonly #delimiter: Buffer;
  readonly #first: number;
  readonly #isQuoted: boolean;
  /** Of each byte: may it end a cell, or is it a quote? */
  readonly #meaning = new Uint8Array(256);
  /** The bytes last looked at, from where on, and where in them the next quote and carriage return are. */
  #looked: Buffer | null = null;
  #lookedFrom = 0;
  #quote = -1;
  #return = -1;

  constructor(delimiter: string, isQuoted: boolean) {
    this.#delimiter = Buffer.from(delimiter);
    this.#first = this.#delimiter[0] ?? 0;
    this.#isQuoted = isQuoted;
    for (const byte of [LF, CR, QUOTE, this.#first]) this.#meaning[byte] = 1;
  }

  /** Looks at the record that begins at `start`; `more` when it does not end in the buffer. */
  scan(bytes: Buffer, start: number, isEnd: boolean): Scanned {
    if (this.#isLine(bytes, start)) return 'record';
    const { length } = bytes;
    let at = start;
    this.cells = 0;
    this.isPlain = true;
    for (;;) {
      this.cells += 1;
      if (this.cells > LIMITS.columns + 1) return this.#broken(`has more than ${LIMITS.columns} columns`);
      let opening = at;
      if (this.#isQuoted) while (bytes[opening] === SPACE) opening += 1;
      if (this.#isQuoted && bytes[opening] === QUOTE) {
        if (opening !== at) this.isPlain = false;
        const closed = this.#closing(bytes, opening + 1, start, isEnd);
        if (closed < 0) return closed === -1 ? 'more' : 'broken';
        at = closed;
      } else {
        at = this.#bareEnd(bytes, at, isEnd);
        if (at === length && !isEnd) return 'more';
      }
      if (at < length && bytes[at] === this.#first) {
        if (at + this.#delimiter.length > length && !isEnd) return 'more';
        at += this.#delimiter.length;
        continue;
      }
      const isReturn = bytes[at] === CR;
      if (isReturn && at + 1 === length && !isEnd) return 'more';
      this.end = at;
      this.next = Math.min(length, isReturn && bytes[at + 1] === LF ? at + 2 : at + 1);
      return 'record';
    }
  }

  /**
   * Most records are a line without a quote, of which only delimiters need be counted. Line ends and quotes are searched natively, and
   * where the next one is is remembered.
   */
  #isLine(bytes: Buffer, start: number): boolean {
    if (this.#delimiter.length > 1) return false;
    if (bytes !== this.#looked || start < this.#lookedFrom) {
      this.#looked = bytes;
      this.#quote = this.#isQuoted ? -1 : Infinity;
      this.#return = -1;
    }
    this.#lookedFrom = start;
    const line = bytes.indexOf(LF, start);
    if (line < 0) return false;
    if (this.#quote < start) this.#quote = found(bytes, QUOTE, start);
    if (this.#return < start) this.#return = found(bytes, CR, start);
    if (this.#quote < line || this.#return < line - 1) return false;
    const cells = 1 + countOf(bytes, this.#first, start, line);
    if (cells > LIMITS.columns + 1) return false;
    this.cells = cells;
    this.isPlain = true;
    this.end = this.#return < line ? line - 1 : line;
    this.next = line + 1;
    return true;
  }

  /** Behind the closing quote and the blanks after it; -1 for more, -2 for broken. */
  #closing(bytes: Buffer, from: number, start: number, isEnd: boolean): number {
    const { length } = bytes;
    let at = from;
    for (;;) {
      const quote = bytes.indexOf(QUOTE, at);
      if ((quote < 0 ? length : quote) - start > LIMITS.line)
        return this.#failed('has a quote that is never closed');
      if (quote < 0) return isEnd ? this.#failed('has a quote that is never closed') : -1;
      if (quote + 1 === length && !isEnd) return -1;
      if (bytes[quote + 1] === QUOTE) {
        at = quote + 2;
        continue;
      }
      let next = quote + 1;
      while (bytes[next] === SPACE) next += 1;
      if (next !== quote + 1) this.isPlain = false;
      if (next >= length) return isEnd ? length : -1;
      const after = bytes[next];
      if (after === LF || after === CR || this.#isDelimiter(bytes, next)) return next;
      if (after === this.#first && next + this.#delimiter.length > length && !isEnd) return -1;
      return this.#failed('has text behind a closing quote');
    }
  }

  #bareEnd(bytes: Buffer, from: number, isEnd: boolean): number {
    const { length } = bytes;
    const first = this.#first;
    const meaning = this.#meaning;
    const isLong = this.#delimiter.length > 1;
    let at = from;
    for (; at < length; at++) {
      const byte = bytes[at] as number;
      // Most bytes are Chinese or digits: one look in a table lets them through.
      if (meaning[byte] === 0) continue;
      if (byte === LF || byte === CR) break;
      if (
        byte === first &&
        (!isLong || this.#isDelimiter(bytes, at) || (!isEnd && at + this.#delimiter.length > length))
      )
        break;
      if (byte === QUOTE && this.#isQuoted) this.isPlain = false;
    }
    return at;
  }

  #isDelimiter(bytes: Buffer, at: number): boolean {
    if (bytes[at] !== this.#first) return false;
    const { length } = this.#delimiter;
    for (let i = 1; i < length; i++) if (bytes[at + i] !== this.#delimiter[i]) return false;
    return true;
  }

  #broken(message: string): 'broken' {
    this.message = message;
    return 'broken';
  }
  #failed(message: string): -2 {
    this.message = message;
    return -2;
  }
}

function found(bytes: Buffer, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at < 0 ? Infinity : at;
}

function countOf(bytes: Buffer, byte: number, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (bytes[at] === byte) count += 1;
  return count;
}
