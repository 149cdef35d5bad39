import { describe, expect, test } from '@jest/globals';
import type { MaskName } from '../../../domain/element.ts';
import { elements } from '../../../domain/elements/index.ts';
import { masks, maskSql, maskText } from '../../../domain/masking.ts';
import { overTexts } from './engine.ts';
import { garbageTexts, LONG_TEXTS, validTexts } from './generators.ts';

test.each<[MaskName, string, string]>([
  ['name', '张小明', '张*明'],
  ['name', '张三', '张*'],
  ['name', '张', '*'],
  ['name', '买买提·艾力', '买****力'],
  ['name', '\u{20087}\u{20089}\u{200cc}', '\u{20087}*\u{200cc}'],
  ['id_number', '43010519491231123X', '430***********123X'],
  ['id_number', '12345678', '******78'],
  ['id_number', '12345', '*****'],
  ['phone', '13812341234', '138****1234'],
  ['phone', '88889999', '******99'],
  ['account', '6222021234561234', '6222********1234'],
  ['account', 'zhang@example.cn', 'z***@example.cn'],
  ['address', '安居市安澜区幸福路12号', '安居市安澜区****'],
  ['address', '安居市', '安****'],
  ['money', '3500.00', '3***'],
  ['money', '-12', '-1*'],
  ['money', '', ''],
  ['date_to_year', '1990-05-06', '1990'],
  ['date_to_year', 'x', '****'],
  ['hidden', 'x', '***'],
  ['hidden', '', ''],
  ['none', 'x', 'x'],
])('%s hides %s as %s', (mask, text, masked) => {
  expect(maskText(mask, text)).toBe(masked);
});

describe.each(Object.keys(masks) as MaskName[])('%s', (mask) => {
  const texts = [
    ...Object.entries(elements).flatMap(([name]) => validTexts(name as keyof typeof elements, 200)),
    ...garbageTexts(2_000),
    ...LONG_TEXTS,
    '',
  ];

  test('is the same in TypeScript and in ClickHouse', async () => {
    const rows = await overTexts(texts, maskSql(mask, 'v'));
    const wrong = texts.filter((text, i) => rows[i]?.[0] !== maskText(mask, text));
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  test.each<MaskName>([mask])('leaves missing values missing (%s)', () => {
    expect(maskText(mask, '')).toBe('');
  });
});

test('no mask but none shows a whole value of two characters or more', () => {
  const texts = [
    ...validTexts('id_number', 300),
    ...validTexts('phone', 300),
    ...validTexts('address', 300),
    ...validTexts('bank_account', 300),
  ];
  for (const mask of (Object.keys(masks) as MaskName[]).filter((name) => name !== 'none')) {
    expect(texts.filter((text) => [...text].length > 1 && maskText(mask, text) === text)).toEqual([]);
  }
});
