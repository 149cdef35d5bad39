import { expect, test } from '@jest/globals';
import { elements } from '../../../domain/elements/index.ts';
import { ngramsOf, searchForm, searchFormSql, searchTerms } from '../../../domain/search.ts';
import { overTexts } from './engine.ts';
import { garbageTexts, LONG_TEXTS, validTexts } from './generators.ts';

test.each([
  ['张 伟', '张伟'],
  ['湘江·明珠（二期）', '湘江明珠2期'],
  ['ＨＴ-2024-001', 'HT2024001'],
  ['三栋二单元二十一室', '3栋2单元21室'],
  ['十号', '10号'],
  ['二十号', '20号'],
  ['第十二组', '第12组'],
  ['买买提•艾力', '买买提艾力'],
  ['ꝏ é', 'ꝏé'],
  ['，。！', ''],
])('%s is searched as %s', (text, form) => {
  expect(searchForm(text)).toBe(form);
});

test('the normal form is the same in TypeScript and in ClickHouse', async () => {
  const texts = [
    ...Object.keys(elements).flatMap((name) => validTexts(name as keyof typeof elements, 100)),
    ...garbageTexts(2_000),
    ...LONG_TEXTS,
  ];
  const rows = await overTexts(texts, searchFormSql('v'));
  expect(rows.map(([form]) => form)).toEqual(texts.map(searchForm));
});

test('a question is its words, each once; a word is its characters in pairs', () => {
  expect(searchTerms(' 王 伟，枫林路、王　·')).toEqual(['王', '伟', '枫林路']);
  expect(ngramsOf('枫林路', 2)).toEqual(['枫林', '林路']);
  expect(ngramsOf('𠂇人人人', 2)).toEqual(['𠂇人', '人人']);
});
