/**
 * What every text goes through before anything looks at it: half width, no invisible characters, single spaces, trimmed
 * (requirement 002: 全角转半角, 去除空格). NFKC does the widths; it also writes ㎡ as m2, ① as 1 and ： as `:`.
 */
import { bound, pattern, sqlText } from './sql.ts';

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
/** Most columns are ASCII, which NFKC leaves alone at five times the price of looking. */
export function cleanSql(expression: string): string {
  const halfWidth = `if(isValidASCII(${expression}), ${expression}, normalizeUTF8NFKC(toValidUTF8(${expression})))`;
  return trimSpacesSql(BLANKS.replaceSql(halfWidth, ' '));
}

/** Every kind of blank and invisible character gone, or each run of them one space; widths stay as they are. */
export const blanksTo = (text: string, blank: '' | ' '): string => trimSpaces(BLANKS.replace(text, blank));
export const blanksToSql = (expression: string, blank: '' | ' '): string =>
  trimSpacesSql(BLANKS.replaceSql(expression, blank));

const HALF = Array.from({ length: 94 }, (_, i) => String.fromCodePoint(0x21 + i)).join('');
const FULL = Array.from({ length: 94 }, (_, i) => String.fromCodePoint(0xff01 + i)).join('');
const widthOf = (from: string, to: string): Map<string, string> =>
  new Map([...from].map((character, i) => [character, to.charAt(i)]));
const toHalf = widthOf(`${FULL}\u3000`, `${HALF} `);
const toFull = widthOf(`${HALF} `, `${FULL}\u3000`);
const translated = (text: string, map: ReadonlyMap<string, string>): string =>
  [...text].map((character) => map.get(character) ?? character).join('');

/** 全角转半角 and 半角转全角 (002:10378): ASCII and the blank, nothing else; NFKC in {@link clean} changes more. */
export const halfWidth = (text: string): string => translated(text, toHalf);
export const fullWidth = (text: string): string => translated(text, toFull);
export const halfWidthSql = (expression: string): string =>
  `translateUTF8(${expression}, ${sqlText(`${FULL}\u3000`)}, ${sqlText(`${HALF} `)})`;
export const fullWidthSql = (expression: string): string =>
  `translateUTF8(${expression}, ${sqlText(`${HALF} `)}, ${sqlText(`${FULL}\u3000`)})`;

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
export const nothingToEmpty = (text: string): string => (NOTHING.includes(upperAscii(text)) ? '' : text);
export const nothingToEmptySql = (expression: string): string =>
  bound(
    'word',
    expression,
    (word) => `if(${upperAsciiSql(word)} IN (${NOTHING.map(sqlText).join(', ')}), '', ${word})`,
  );

/** What spreadsheets and dumps put around a value to keep it text: '0731, ="0731", `0731`. */
const unquote = (text: string): string => text.replace(/^=+/, '').replace(/^['"`]+|['"`]+$/g, '');
const unquoteSql = (expression: string): string => `trimBoth(trimLeft(${expression}, '='), '\\'"\`')`;

/** The compact form of numbers, codes and business keys: clean, without spaces and quotes, upper case, "nothing" words gone. */
export const compact = (text: string): string =>
  nothingToEmpty(unquote(upperAscii(withoutSpaces(clean(text)))));
export const compactSql = (expression: string): string =>
  nothingToEmptySql(unquoteSql(upperAsciiSql(withoutSpacesSql(cleanSql(expression)))));

/** The same with its spaces, for what means something by them: a day and a time of day. */
export const spaced = (text: string): string => nothingToEmpty(unquote(upperAscii(clean(text))));
export const spacedSql = (expression: string): string =>
  nothingToEmptySql(unquoteSql(upperAsciiSql(cleanSql(expression))));

/** Inside a character class: Han characters and the private-use area where rare ones still live. */
export const HAN =
  '\\u{2e80}-\\u{2fdf}\\u{3007}\\u{3400}-\\u{4dbf}\\u{4e00}-\\u{9fff}\\u{e000}-\\u{f8ff}\\u{f900}-\\u{faff}\\u{20000}-\\u{3ffff}';

/** Rare characters that GBK and GB 18030-2000 kept in the private-use area, and where Unicode has them since. */
const PRIVATE_USE =
  '\ue816\ue817\ue818\ue81e\ue826\ue82b\ue82c\ue831\ue832\ue83b\ue843\ue854\ue855\ue863\ue864';
const ASSIGNED =
  '\u{20087}\u{20089}\u{200cc}\u9fb4\u9fb5\u9fb6\u9fb7\u{215d7}\u9fb8\u{2298f}\u9fb9\u9fba\u{241fe}\u4dae\u9fbb';
const assigned = new Map([...PRIVATE_USE].map((from, i) => [from, [...ASSIGNED][i] ?? from]));

export const assignRare = (text: string): string =>
  text.replace(/[\ue816-\ue864]/g, (character) => assigned.get(character) ?? character);
export const assignRareSql = (expression: string): string =>
  `translateUTF8(${expression}, ${sqlText(PRIVATE_USE)}, ${sqlText(ASSIGNED)})`;
