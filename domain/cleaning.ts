/**
 * What every text goes through before anything looks at it: half width, no invisible characters, single spaces, trimmed
 * (requirement 002: 全角转半角, 去除空格). NFKC does the widths; it also writes ㎡ as m2, ① as 1 and ： as `:`.
 */
import { pattern, sqlText } from './sql.ts';

/** Control characters, every kind of blank, zero-width characters, direction marks, variation selectors, byte order mark. */
const BLANKS = pattern(
  '[\\u{0}-\\u{20}\\u{7f}-\\u{a0}\\u{ad}\\u{1680}\\u{180e}\\u{2000}-\\u{200f}\\u{2028}-\\u{202f}\\u{205f}-\\u{206f}\\u{3000}\\u{fe00}-\\u{fe0f}\\u{feff}]+',
);
const ANY_SPACE = pattern(' +');
const LONE_SURROGATES = /\p{Surrogate}/gu;

export const trimSpaces = (text: string): string => text.replace(/^ +| +$/g, '');
export const trimSpacesSql = (expression: string): string => `trimBoth(${expression})`;

export function clean(text: string): string {
  return trimSpaces(BLANKS.replace(text.replace(LONE_SURROGATES, '\ufffd').normalize('NFKC'), ' '));
}
export function cleanSql(expression: string): string {
  return trimSpacesSql(BLANKS.replaceSql(`normalizeUTF8NFKC(toValidUTF8(${expression}))`, ' '));
}

export const withoutSpaces = (text: string): string => ANY_SPACE.replace(text, '');
export const withoutSpacesSql = (expression: string): string => `replaceAll(${expression}, ' ', '')`;

/** Upper-cases A-Z only, as ClickHouse's `upper` does: no locale, no ß, no dotless i. */
export const upperAscii = (text: string): string => text.replace(/[a-z]+/g, (run) => run.toUpperCase());
export const upperAsciiSql = (expression: string): string => `upper(${expression})`;

/** Words that stand for "nothing" where agencies fill a required column. Compared after `clean` and `upperAscii`. */
const NOTHING = [
  'NULL',
  '(NULL)',
  '<NULL>',
  'NONE',
  'NAN',
  'N/A',
  '#N/A',
  '\\N',
  '-',
  '--',
  '—',
  '——',
  '/',
  '\\',
  '空',
  '无',
  '暂无',
  '未知',
  '不详',
  '*',
];

/** '' for a word that means "nothing". */
export const nothingToEmpty = (text: string): string => (NOTHING.includes(text) ? '' : text);
export const nothingToEmptySql = (expression: string): string =>
  `transform(${expression}, [${NOTHING.map(sqlText).join(',')}], [${NOTHING.map(() => "''").join(',')}])`;

/** The compact form of numbers, codes and business keys: clean, without spaces, upper case, "nothing" words gone. */
export const compact = (text: string): string => nothingToEmpty(upperAscii(withoutSpaces(clean(text))));
export const compactSql = (expression: string): string =>
  nothingToEmptySql(upperAsciiSql(withoutSpacesSql(cleanSql(expression))));
