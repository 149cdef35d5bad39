/** A value of many mebibytes: refused by name of file, row, field and rule, and never held in memory as a whole. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Delivery } from '../../ingestion/contract.ts';
import { landFile } from '../../ingestion/landing/index.ts';
import { temporaryDirectory, testPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  platform = await testPlatform();
  scratch = await temporaryDirectory();
});
afterAll(async () => {
  await platform.close();
  await scratch.dispose();
});

const LONG = 'x'.repeat(12 * 2 ** 20);

test.each<[string, Delivery | undefined, string, Record<string, unknown>]>([
  [
    'long.csv',
    undefined,
    `表号,抄表日期,读数,用量,水费金额\nW00000001,2026-01-01,1,1,1\nW00000002,2026-01-01,"${LONG}",1,1\n`,
    { rule: 'line_too_long', line: 3 },
  ],
  [
    'long.xml',
    { shape: 'xml', record: 'r' },
    `<d><r><表号>W00000001</表号></r><r><表号>W00000002</表号><读数>${LONG}</读数></r></d>`,
    { rule: 'cell_too_long', row: 2, field: '读数' },
  ],
  [
    'long.json',
    { shape: 'json', path: [] },
    `[{"表号":"W00000001"},{"表号":"W00000002","读数":"${LONG}"}]`,
    { rule: 'cell_too_long', row: 2, field: '读数' },
  ],
])('%s', async (name, shape, content, where) => {
  const path = join(scratch.path, name);
  await writeFile(path, content);
  const result = await landFile(platform, {
    path,
    dataset: 'utilities.water_reading',
    businessDate: '2026-01-01',
    collected: shape && { shape },
  });
  expect(result).toMatchObject({ fileName: name, state: 'refused', refusal: { where } });
});
