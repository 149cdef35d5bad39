import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isPlainDelimiter, plainLines } from '../../ingestion/readers/plain-lines.ts';
import { temporaryDirectory } from '../support/platform.ts';

let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  scratch = await temporaryDirectory();
});
afterAll(() => scratch.dispose());

async function linesOf(text: string): Promise<number | null> {
  const path = join(scratch.path, 'text');
  await writeFile(path, text);
  return plainLines(path);
}

test.each([
  ['', 0],
  ['a,b\n', 1],
  ['a,b\n1,2', 2],
  ['a,b\r\n1,2\r\n', 2],
  ['姓名,电话\n张三,1\n', 2],
])('%j has %d lines', async (text, lines) => {
  expect(await linesOf(text)).toBe(lines);
});

test.each(['a,b\n"1",2\n', 'a,b\n1,2\r3,4\n', 'a,b\n1,2\r', 'a,b\n\n1,2\n', 'a,b\r\n\r\n', 'a\n1\n\n'])(
  '%j is not plain',
  async (text) => {
    expect(await linesOf(text)).toBeNull();
  },
);

test('where two pieces of a big file meet is looked at too', async () => {
  const piece = `${'x'.repeat(2 ** 20 - 1)}`;
  expect(await linesOf(`${piece}\n\n1\n`)).toBeNull();
  expect(await linesOf(`${piece}\r\n1\n`)).toBe(2);
  expect(await linesOf(`${piece}\r1\n`)).toBeNull();
  expect(await linesOf(`${piece}\n1\n`)).toBe(2);
});

test('only a visible character of ASCII parts cells for every reader alike', () => {
  expect([',', ';', '|', '\t', ' ', '，', '||'].map(isPlainDelimiter)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
