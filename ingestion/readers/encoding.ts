/** Which encoding a text file really has, and its text. Agencies say one thing and send another. */
import { createReadStream } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import { errorCode } from '../../warehouse/error-code.ts';
import type { Delivery } from '../contract.ts';
import { Gb18030ToUtf8, InvalidGb18030 } from './gb18030.ts';
import { isLegacyOffice, legacyOffice } from './legacy.ts';
import { type FoundEncoding, LIMITS, refusal } from './reader.ts';

/** Offset of the first byte that is no UTF-8, or -1. `buffer` begins at a character. */
function firstInvalidUtf8(buffer: Uint8Array): number {
  let low = 0;
  let high = buffer.length;
  if (isUtf8(buffer)) return -1;
  // Invariant: [0, low) is valid up to an unfinished character, [0, high) is not.
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isUtf8(buffer.subarray(0, middle - unfinishedTail(buffer.subarray(0, middle))))) low = middle;
    else high = middle;
  }
  return high - 1;
}

/** Bytes at the end that begin a UTF-8 character without finishing it (0 to 3). */
function unfinishedTail(buffer: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, buffer.length); back++) {
    const byte = buffer[buffer.length - back] ?? 0;
    if (byte < 0x80 || byte > 0xf4) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** What looks at the bytes of a file of this shape as they come; null for containers, whose reader looks inside. */
export const scanFor = (shape: Delivery['shape']): TextScan | null =>
  shape === 'xlsx' || shape === 'parquet' || shape === 'zip'
    ? null
    : new TextScan(shape !== 'xml' && shape !== 'json');

/**
 * Looks at a text file's bytes as they pass: NUL bytes, lines beyond the limit, the encoding. A few native calls a
 * chunk, so that it costs nothing beside the hash.
 */
export class TextScan {
  #offset = 0;
  #line = 0;
  #start = Buffer.alloc(0);
  #carry = Buffer.alloc(0);
  #invalid = -1;
  #utf16: 'utf-16le' | 'utf-16be' | null = null;

  /** @param hasLines false for XML and JSON, which may be one line */
  constructor(private readonly hasLines: boolean) {}

  /** @throws AppError `refused_delivery`, rule `line_too_long`, `nul_byte` or `legacy_workbook` */
  push(chunk: Buffer): void {
    if (this.#start.length < LIMITS.line)
      this.#start = Buffer.concat([this.#start, chunk.subarray(0, LIMITS.line)]);
    if (this.#offset === 0) {
      if (isLegacyOffice(chunk)) throw legacyOffice();
      this.#utf16 = utf16Of(chunk);
    }
    if (this.#utf16 === null) {
      const nul = chunk.indexOf(0);
      if (nul >= 0) {
        throw refusal('nul_byte', 'The file holds a NUL byte: it is not text.', {
          offset: this.#offset + nul,
        });
      }
      this.#validate(chunk);
    }
    if (this.hasLines) this.#measure(chunk);
    this.#offset += chunk.length;
  }

  #measure(chunk: Buffer): void {
    const first = lineBreak(chunk, false);
    this.#line += first < 0 ? chunk.length : first;
    if (this.#line > LIMITS.line) {
      throw refusal(
        'line_too_long',
        `A line is longer than ${LIMITS.line} bytes.`,
        { offset: this.#offset },
        'Send one record a line.',
      );
    }
    if (first >= 0) this.#line = chunk.length - lineBreak(chunk, true) - 1;
  }

  #validate(chunk: Buffer): void {
    if (this.#invalid >= 0) return;
    const whole = this.#carry.length > 0 ? Buffer.concat([this.#carry, chunk]) : chunk;
    const tail = unfinishedTail(whole);
    const complete = whole.subarray(0, whole.length - tail);
    const invalid = firstInvalidUtf8(complete);
    if (invalid >= 0) this.#invalid = this.#offset - this.#carry.length + invalid;
    this.#carry = Buffer.from(whole.subarray(whole.length - tail));
  }

  /** @throws AppError `refused_delivery`, rule `empty_file` or `encoding` */
  finish(): FoundEncoding {
    if (this.#offset === 0) throw refusal('empty_file', 'The file is empty.');
    if (this.#utf16 !== null) return this.#utf16;
    if (this.#invalid < 0 && this.#carry.length > 0) this.#invalid = this.#offset - this.#carry.length;
    const hasMark = this.#start.subarray(0, 3).equals(UTF8_MARK);
    if (this.#invalid < 0) return hasMark ? 'utf-8-bom' : 'utf-8';
    if (hasMark || beginsAsUtf8(this.#start)) throw encodingRefusal('UTF-8', this.#invalid);
    return 'gb18030';
  }
}

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function utf16Of(start: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  const some = start.subarray(0, 4096);
  return (['utf-16le', 'utf-16be'] as const).find((encoding) => looksLike(some, encoding)) ?? null;
}

/** UTF-16 without a mark: it has a line end of two bytes, and is text with it. A stray NUL byte in other text makes none. */
function looksLike(start: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): boolean {
  const nul = start.indexOf(0);
  if (nul < 0) return false;
  const before = start.subarray(0, nul);
  // Chinese in UTF-8 up to the NUL is UTF-8: read in pairs almost any bytes would be characters too.
  if (isUtf8(before) && before.some((byte) => byte >= 0x80)) return false;
  const text = new TextDecoder(encoding).decode(start.subarray(0, start.length & ~1));
  // eslint-disable-next-line no-control-regex -- what no text holds
  return text.includes('\n') && !/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text.slice(0, -1));
}

/** A header with Chinese names that is UTF-8 decides: GB18030 text does not happen to be that. */
function beginsAsUtf8(start: Buffer): boolean {
  const end = lineBreak(start, false);
  const line = start.subarray(0, end < 0 ? start.length : end);
  return isUtf8(line) && line.some((byte) => byte >= 0x80);
}

function lineBreak(chunk: Buffer, last: boolean): number {
  const found = last ? chunk.lastIndexOf(10) : chunk.indexOf(10);
  return found >= 0 ? found : last ? chunk.lastIndexOf(13) : chunk.indexOf(13);
}

export const encodingRefusal = (encoding: string, offset: number) =>
  refusal(
    'encoding',
    `The file is not ${encoding}: the byte at offset ${offset} does not belong to a character.`,
    { offset },
    'Send the file again as UTF-8 or GB18030.',
  );

/**
 * The file's text, chunk by chunk, without a byte order mark.
 * @throws AppError `refused_delivery`, rule `encoding`, `mixed_encoding` or `nul_byte`, naming the byte offset
 */
export async function* decodedText(path: string, encoding: FoundEncoding): AsyncGenerator<string> {
  if (encoding === 'gb18030') {
    for await (const lines of utf8Text(path, encoding)) yield lines.toString();
    return;
  }
  const label = encoding === 'utf-16le' || encoding === 'utf-16be' ? encoding : 'utf-8';
  const decoder = new TextDecoder(label, { fatal: true });
  try {
    for await (const chunk of chunksOf(path)) {
      const text = decoder.decode(chunk, { stream: true });
      if (label !== 'utf-8' && text.includes('\0'))
        throw refusal('nul_byte', 'The file holds a NUL character: it is not text.');
      yield text;
    }
    yield decoder.decode();
  } catch (error) {
    if (errorCode(error) !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    throw encodingRefusal(label.toUpperCase(), await firstInvalidOffset(path, label));
  }
}

/**
 * The same as bytes of UTF-8: for who goes on with bytes. What is UTF-8 already was found valid as it came, and passes as it is.
 * @throws AppError as `decodedText`
 */
export async function* utf8Text(path: string, encoding: FoundEncoding): AsyncGenerator<Buffer> {
  if (encoding === 'utf-16le' || encoding === 'utf-16be') {
    for await (const text of decodedText(path, encoding)) yield Buffer.from(text);
    return;
  }
  if (encoding !== 'gb18030') {
    yield* chunksOf(path, encoding === 'utf-8-bom' ? UTF8_MARK.length : 0);
    return;
  }
  const lines = new Gb18030ToUtf8();
  try {
    for await (const chunk of chunksOf(path)) yield lines.push(chunk);
    yield lines.finish();
  } catch (error) {
    throw error instanceof InvalidGb18030 ? encodingRefusal('GB18030', error.offset) : error;
  }
}

const chunksOf = (path: string, start = 0): AsyncIterable<Buffer> =>
  createReadStream(path, { start, highWaterMark: 2 ** 18 });

/** Where the bytes stop being text. Slow, and only run to name the place of a failure. */
async function firstInvalidOffset(path: string, label: 'utf-8' | 'utf-16le' | 'utf-16be'): Promise<number> {
  const isUtf16 = label !== 'utf-8';
  let carry = Buffer.alloc(0);
  let offset = 0;
  for await (const chunk of chunksOf(path)) {
    const bytes = Buffer.concat([carry, chunk]);
    const tail = isUtf16 ? unfinishedUtf16(bytes, label) : unfinishedTail(bytes);
    const whole = bytes.subarray(0, bytes.length - tail);
    const invalid = isUtf16 ? firstLoneSurrogate(whole, label) : firstInvalidUtf8(whole);
    if (invalid >= 0) return offset + invalid;
    offset += whole.length;
    carry = Buffer.from(bytes.subarray(whole.length));
  }
  return offset;
}

type Utf16 = 'utf-16le' | 'utf-16be';

/** Which half of a pair the unit at an offset is. */
function halfAt(bytes: Buffer, at: number, label: Utf16): 'high' | 'low' | null {
  const top = (bytes[label === 'utf-16be' ? at : at + 1] ?? 0) & 0xfc;
  return top === 0xd8 ? 'high' : top === 0xdc ? 'low' : null;
}

/** Bytes at the end that begin a UTF-16 character without finishing it (0 to 3). */
function unfinishedUtf16(bytes: Buffer, label: Utf16): number {
  const odd = bytes.length % 2;
  return bytes.length - odd >= 2 && halfAt(bytes, bytes.length - odd - 2, label) === 'high' ? odd + 2 : odd;
}

function firstLoneSurrogate(bytes: Buffer, label: Utf16): number {
  for (let at = 0; at < bytes.length; at += 2) {
    const half = halfAt(bytes, at, label);
    if (half === null) continue;
    if (half === 'low' || halfAt(bytes, at + 2, label) !== 'low') return at;
    at += 2;
  }
  return -1;
}
