/**
 * The normal form of searched text, the same of what is kept and of what is typed (002:659): half width, capitals, rare
 * characters where Unicode has them, numerals as digits, and nothing but letters, digits and Han in between.
 */
import { assignRare, assignRareSql, clean, cleanSql, upperAscii, upperAsciiSql } from './cleaning.ts';
import { bound, pattern, replaceInTurn, replaceInTurnSql, sqlText, type Step } from './sql.ts';

/** Blanks and marks, which people put in or leave out: 张 伟, 湘江·明珠, HT-2024-001. */
const MARKS = pattern('[ -/:-@\\[-`\\{-~·•‧・‐-―…、。〈-】〔-〟￥]+');

const NUMERALS = '〇零一二三四五六七八九';
const DIGITS = '00123456789';
/** After the numerals: 2十1 → 21, 2十 → 20, 十2 → 12, 十 → 10. Hundreds stay words: no house has so many. */
const TENS: readonly Step[] = [
  [pattern('([1-9])十([1-9])'), '$1$2'],
  [pattern('([1-9])十'), '$10'],
  [pattern('十([1-9])'), '1$1'],
  [pattern('十'), '10'],
];
const digitOf = new Map([...NUMERALS].map((numeral, i) => [numeral, DIGITS.charAt(i)]));
const WRITTEN = new RegExp(`[${NUMERALS}]`, 'gu');
const withDigits = (text: string): string => text.replace(WRITTEN, (one) => digitOf.get(one) ?? one);

/** 三栋 2-Ｂ → 3栋2B. A name with a numeral in it changes likewise on both sides: 王三 is kept, and found, as 王3. */
export const searchForm = (text: string): string =>
  replaceInTurn(TENS, withDigits(MARKS.replace(assignRare(upperAscii(clean(text))), '')));

export const searchFormSql = (expression: string): string =>
  bound('plain', MARKS.replaceSql(assignRareSql(upperAsciiSql(cleanSql(expression))), ''), (plain) =>
    replaceInTurnSql(TENS, `translateUTF8(${plain}, ${sqlText(NUMERALS)}, ${sqlText(DIGITS)})`),
  );

/** Words of a question in their normal form, without repeats; blanks and commas part them. */
export const searchTerms = (question: string): string[] => [
  ...new Set(
    clean(question)
      .split(/[ ,，、;；]+/u)
      .map(searchForm)
      .filter((term) => term !== ''),
  ),
];

/** The `size` characters in a row of a text, each once. */
export const ngramsOf = (text: string, size: number): string[] => {
  const characters = [...text];
  return [
    ...new Set(
      Array.from({ length: Math.max(characters.length - size + 1, 0) }, (_, i) =>
        characters.slice(i, i + size).join(''),
      ),
    ),
  ];
};
