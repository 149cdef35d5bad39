/**
 * GB18030 as UTF-8, from bytes to bytes. The platform's own decoder makes strings, which a file that goes on as bytes has to pay for
 * twice; what a pair of bytes means is asked of it once, and what is no pair each time.
 */
import { isUtf8 } from 'node:buffer';
import { LIMITS, refusal } from './reader.ts';

const LF = 10;
const LEAST_WIDE = 0x80;
/** A pair becomes three bytes at most, four become four; but 0x80 alone is the sign of the euro, of three. */
const GROWTH = 3;
/** What may lack its end at the end of a piece. */
const LONGEST = 4;

const decoder = new TextDecoder('gb18030', { fatal: true });

/** Code point of each pair of bytes, 0 where there is none; made when first needed, in a hundredth of a second. */
let pairs: Uint16Array | null = null;

function pairTable(): Uint16Array {
  const table = new Uint16Array(2 ** 16);
  const pair = new Uint8Array(2);
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      pair[0] = lead;
      pair[1] = trail;
      try {
        const text = decoder.decode(pair);
        if (text.length === 1) table[(lead << 8) | trail] = text.charCodeAt(0);
      } catch {
        // No character: it stays 0, and is an error where it stands in a file.
      }
    }
  }
  return table;
}

export class InvalidGb18030 extends Error {
  /** @param offset of the first byte that belongs to no character */
  constructor(readonly offset: number) {
    super(`no GB18030 at offset ${offset}`);
  }
}

/**
 * A whole file, piece by piece: lines are given when they are whole, but for endless ones.
 *
 * Finds lines of UTF-8, too: files glued together from two systems. Read as GB18030 they would be other, wrong Chinese characters.
 * Four characters of UTF-8 in a row, in a line that as a whole is UTF-8: text of GB18030 does not happen to be that.
 */
export class Gb18030ToUtf8 {
  readonly #pairs = (pairs ??= pairTable());
  /** Bytes of the file before `#rest`. */
  #offset = 0;
  #rest = Buffer.alloc(0);
  #output = Buffer.alloc(0);
  #used = 0;

  /**
   * @returns UTF-8 of what became whole
   * @throws InvalidGb18030; AppError `refused_delivery`, rule `mixed_encoding`
   */
  push(chunk: Buffer): Buffer {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const lines = bytes.lastIndexOf(LF) + 1;
    const isEndless = bytes.length - lines > LIMITS.line;
    return this.#take(bytes, isEndless ? bytes.length - LONGEST : lines);
  }

  /** What is left: a last line without its end. */
  finish(): Buffer {
    return this.#take(this.#rest, this.#rest.length);
  }

  #take(bytes: Buffer, until: number): Buffer {
    this.#output = Buffer.allocUnsafe(Math.ceil(Math.max(until, 0) * GROWTH) + LONGEST);
    this.#used = 0;
    const at = this.#convert(bytes, until);
    this.#rest = Buffer.from(bytes.subarray(at));
    this.#offset += at;
    return this.#output.subarray(0, this.#used);
  }

  /** Turns what begins before `until`; gives how far it came. */
  #convert(bytes: Buffer, until: number): number {
    const table = this.#pairs;
    const output = this.#output;
    let used = 0;
    let at = 0;
    let line = 0;
    let isWide = false;
    let isGb = false;
    while (at < until) {
      const byte = bytes[at] as number;
      if (byte < LEAST_WIDE) {
        output[used++] = byte;
        at += 1;
        if (byte !== LF) continue;
        if (isWide && !isGb) this.#refuseForeign(bytes, line, at);
        line = at;
        isWide = isGb = false;
        continue;
      }
      const next = bytes[at + 1] ?? 0;
      const point = table[(byte << 8) | next] as number;
      isWide = true;
      // In UTF-8 a byte that continues a character stands behind each that begins one.
      if (byte >= 0xc0 && (next & 0xc0) !== LEAST_WIDE) isGb = true;
      if (point >= 0x800) {
        output[used] = 0xe0 | (point >> 12);
        output[used + 1] = 0x80 | ((point >> 6) & 63);
        output[used + 2] = 0x80 | (point & 63);
        used += 3;
        at += 2;
        continue;
      }
      const length = byte === LEAST_WIDE ? 1 : next >= 0x30 && next <= 0x39 ? LONGEST : 2;
      used += this.#rare(bytes, at, length, used);
      at += length;
    }
    if (isWide && !isGb) this.#refuseForeign(bytes, line, at);
    this.#used = used;
    return at;
  }

  /** One character as the platform's decoder has it. */
  #rare(bytes: Buffer, at: number, length: number, used: number): number {
    try {
      return this.#output.write(decoder.decode(bytes.subarray(at, at + length)), used);
    } catch {
      const end = bytes.indexOf(LF, at);
      this.#refuseForeign(bytes, bytes.lastIndexOf(LF, at - 1) + 1, end < 0 ? bytes.length : end);
      throw new InvalidGb18030(this.#offset + at);
    }
  }

  #refuseForeign(bytes: Buffer, start: number, end: number): void {
    const line = bytes.subarray(start, end);
    if (!isUtf8(line) || !UTF8_RUN.test(line.toString('latin1'))) return;
    const offset = this.#offset + start;
    throw refusal(
      'mixed_encoding',
      `The file is GB18030, but the line at offset ${offset} is UTF-8.`,
      { offset },
      'Send the file in one encoding.',
    );
  }
}

const UTF8_RUN = /(?:[\xe4-\xe9][\x80-\xbf]{2}){4}/;
