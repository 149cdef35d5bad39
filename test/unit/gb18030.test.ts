/** GB18030 turned into UTF-8 by table is what the platform's own decoder makes of it, however the bytes are cut. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { Gb18030ToUtf8, InvalidGb18030 } from '../../ingestion/readers/gb18030.ts';
import { LIMITS } from '../../ingestion/readers/reader.ts';

function converted(bytes: Buffer, cut: number): string | number {
  const lines = new Gb18030ToUtf8();
  const pieces: Buffer[] = [];
  try {
    for (let at = 0; at < bytes.length; at += cut) pieces.push(lines.push(bytes.subarray(at, at + cut)));
    pieces.push(lines.finish());
  } catch (error) {
    if (error instanceof InvalidGb18030) return error.offset;
    throw error;
  }
  return Buffer.concat(pieces).toString();
}

function decoded(bytes: Buffer): string | null {
  try {
    return new TextDecoder('gb18030', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const cut = fc.integer({ min: 1, max: 40 });
const character = fc.oneof(
  fc.integer({ min: 0x4e00, max: 0x9fff }),
  fc.integer({ min: 0x20, max: 0x7e }),
  fc.constantFrom(10, 13, 0xb7, 0x20ac, 0x3000, 0x20bb7, 0xe7c7, 0xff08),
  fc.integer({ min: 0x80, max: 0x10ffff }).filter((point) => point < 0xd800 || point > 0xdfff),
);

describe('GB18030 to UTF-8', () => {
  test('every pair of bytes', () => {
    let characters = 0;
    for (let lead = 0x81; lead <= 0xff; lead++) {
      for (let trail = 0x40; trail <= 0xff; trail++) {
        const bytes = Buffer.from([lead, trail]);
        const text = decoded(bytes);
        expect(converted(bytes, 2)).toBe(text ?? 0);
        characters += Number(text !== null);
      }
    }
    expect(characters).toBeGreaterThan(23_000);
  });

  test('text of any characters, cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(character, { maxLength: 60 }), cut, (points, size) => {
        const bytes = iconv.encode(points.map((point) => String.fromCodePoint(point)).join(''), 'gb18030');
        expect(converted(bytes, size)).toBe(decoded(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  test('bytes of any kind: text, or the offset of what is none', () => {
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(10, 0x30, 0x39, 0x80, 0x81, 0xfe, 0xff),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 24 }), cut, (values, size) => {
        const bytes = Buffer.from(values);
        const text = decoded(bytes);
        const found = converted(bytes, size);
        if (text !== null) expect(found).toBe(text);
        else {
          expect(typeof found).toBe('number');
          expect(decoded(bytes.subarray(0, found as number))).not.toBeNull();
        }
      }),
      { numRuns: 5000, examples: [[[0x80, 0x80, 0x80, 0x80], 1]] },
    );
  });

  test('one byte that becomes three', () => {
    expect(converted(Buffer.alloc(100, 0x80), 40)).toBe('€'.repeat(100));
  });

  test('a line without end is given before it is whole', () => {
    const bytes = iconv.encode('房'.repeat(LIMITS.line), 'gb18030');
    const lines = new Gb18030ToUtf8();
    const first = lines.push(bytes);
    expect(first.length).toBeGreaterThan(LIMITS.line);
    expect(Buffer.concat([first, lines.finish()]).toString()).toBe('房'.repeat(LIMITS.line));
  });

  test('a line of UTF-8 among them is found, also at the end and in pieces', () => {
    const gb = iconv.encode('编号,姓名\n1,张三\n', 'gb18030');
    for (const name of ['欧阳锋与黄药师', '欧阳锋与黄药师们'])
      for (const end of ['\n', ''])
        for (const size of [1, 5, 100]) {
          const bytes = Buffer.concat([gb, Buffer.from(`2,${name}${end}`)]);
          expect(() => converted(bytes, size)).toThrow(
            expect.objectContaining({ where: { rule: 'mixed_encoding', offset: gb.length } }),
          );
        }
  });
});
