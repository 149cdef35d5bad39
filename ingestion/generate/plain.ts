/**
 * What most values look like: written as the platform writes them. For such a text normalising changes nothing (or only
 * spells it in a known way) and, where `isValid`, no check fails. Reading five columns of readings in full costs ten times
 * what loading them does; looking whether they are plain costs a tenth of that.
 *
 * `test/unit/plain.test.ts` holds each pattern against its element.
 */
import {
  type CodeListName,
  codeListNamed,
  isCodeListName,
  mapCode,
  normaliseWord,
} from '../../domain/codes/index.ts';
import { pattern, sqlTextArray } from '../../domain/sql.ts';
import type { Field } from '../contract.ts';

export interface Plain {
  /** The regular expression, where it is one: `^…$`, of characters and never of NUL. */
  source?: string;
  /** What besides must hold where the expression is a part of a longer one; the whole test where there is none. May ask for more than the test. */
  besidesSql?: (text: string) => string;
  /** Is a text, not '', plain? */
  test: (text: string) => boolean;
  testSql: (text: string) => string;
  /** The normalised form of a plain text; itself when not given. */
  value?: (text: string) => string;
  valueSql?: (text: string) => string;
  /** What the element's `parseSql` gives of the normalised form of a plain text, or of '', for much less; its own when not given. */
  parseSql?: (text: string) => string;
  /** No check of the element can fail on it. */
  isValid: boolean;
  /** False where nothing is said of the normalised text. */
  isText?: false;
}

const DAY =
  '(?:19[1-9][0-9]|20[0-9]{2})-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))';
const like = (source: string, isValid: boolean, parseSql?: Plain['parseSql']): Plain => {
  const { test, testSql } = pattern(source);
  return { source, test, testSql, isValid, ...(parseSql && { parseSql }) };
};

/** Six decimals are read and rounded as the element rounds them; the numbers are too small for the bounds it keeps. */
const rounded =
  (scale: number, times = '') =>
  (text: string): string =>
    `round(toDecimal64OrNull(${text}, 6)${times}, ${scale})`;

/** Ends in a digit: no word that stands for nothing does. */
const BUSINESS_NUMBER = like('^[A-Z0-9_-]{3,31}[0-9]$', true);
const AMOUNT = like('^[1-9][0-9]{0,4}(?:[.][0-9]{1,6})?$', true, rounded(2));
const SMALL_AMOUNT = like('^(?:0|[1-9][0-9]{0,4})(?:[.][0-9]{1,6})?$', true, rounded(2));

const ELEMENTS: Record<string, Plain | undefined> = {
  identifier: BUSINESS_NUMBER,
  meter_no: BUSINESS_NUMBER,
  house_code: BUSINESS_NUMBER,
  date: like(`^${DAY}$`, true, (text) => `toDate32OrNull(${text})`),
  month: like(
    '^(?:19[7-9][0-9]|20[0-9]{2})-(?:0[1-9]|1[0-2])$',
    true,
    (text) => `toDateOrNull(concat(${text}, '-01'))`,
  ),
  year: like('^(?:19|20)[0-9]{2}$', true, (text) => `toUInt16OrNull(${text})`),
  timestamp: {
    ...like(`^${DAY} (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$`, true),
    value: (text) => `${text}.000+08:00`,
    valueSql: (text) => `concat(${text}, '.000+08:00')`,
    // Of '' the engine makes 1970, not NULL.
    parseSql: (text) => `if(${text} = '', NULL, subtractHours(toDateTime64OrNull(${text}, 3, 'UTC'), 8))`,
  },
  money: SMALL_AMOUNT,
  quantity: { ...SMALL_AMOUNT, parseSql: rounded(3) },
  area: AMOUNT,
  integer: like('^(?:0|[1-9][0-9]{0,8})$', true, (text) => `toInt32OrNull(${text})`),
  id_number: like('^[0-9]{17}[0-9X]$', false),
  certificate_no: like('^[0-9]{17}[0-9X]$', false),
  credit_code: like('^[0-9A-HJ-NPQRTUWXY]{17}[0-9]$', false),
  real_estate_unit_code: like('^[0-9]{12}[GJZ][A-Z][0-9]{5}[FLQW][0-9]{8}$', false),
  division_code: like('^[0-9]{6}(?:[0-9]{3}(?:[0-9]{3})?)?$', false),
  bank_account: like('^[0-9]{8,30}$', false),
  phone: like('^1[3-9][0-9]{9}$', true),
  bank_card: like('^[0-9]{12,19}$', false),
  organisation_code: like('^[0-9A-Z]{8}[0-9X]$', false),
  share: like('^(?:100|[1-9][0-9]?)%$', true),
  boolean_word: {
    source: '^(?:是|否|1|0)$',
    test: (text) => ['是', '否', '1', '0'].includes(text),
    testSql: (text) => `${text} IN ('是', '否', '1', '0')`,
    value: (text) => (text === '是' || text === '1' ? '1' : '0'),
    valueSql: (text) => `if(${text} IN ('是', '1'), '1', '0')`,
    parseSql: (text) => `if(${text} = '', NULL, toUInt8(${text} IN ('是', '1')))`,
    isValid: true,
  },
};

const HAN = '\\u{4e00}-\\u{9fff}';
const both = (form: Plain, more: Pick<Plain, 'test' | 'testSql' | 'besidesSql'>): Plain => ({
  ...form,
  test: (text) => form.test(text) && more.test(text),
  testSql: (text) => `bitAnd(${form.testSql(text)}, ${more.testSql(text)})`,
  besidesSql: more.besidesSql ?? more.testSql,
});
/** In a row length is counted in bytes, which need not be looked at: as many are never more characters, and a character has four at most. */
const characters = (
  least: number,
  most: number,
): Pick<Plain, 'test' | 'testSql'> & { besidesSql: NonNullable<Plain['besidesSql']> } => ({
  test: (text) => [...text].length >= least && [...text].length <= most,
  testSql: (text) => `(lengthUTF8(${text}) BETWEEN ${least} AND ${most})`,
  besidesSql: (text) => `(length(${text}) BETWEEN ${4 * least - 3} AND ${most})`,
});
const none = (source: string): Pick<Plain, 'test' | 'testSql'> => {
  const { test, testSql } = pattern(source);
  return { test: (text) => !test(text), testSql: (text) => `(NOT ${testSql(text)})` };
};

/** Two to six Han characters that are no word for "nothing" and no placeholder. */
const PERSON_NAME = both(
  like(`^[${HAN}]{2,6}$`, true),
  none('^(?:测试|无名氏|待定|待补|某某|张三李四|暂无$|未知$|不详$)'),
);
/** Begins with a Han character, three at least: words for "nothing" have two at most. */
const named = (most: number): Plain =>
  both(like(`^[${HAN}][${HAN}A-Z0-9a-z()#.-]*$`, true), characters(3, most));

/**
 * Of most texts nobody asks how they are written once normalised, only that they are not too long: normalising makes none of
 * these longer. `isText` is false: the normalised text is another, or ''.
 */
const short = (most: number): Plain => ({
  ...both(like(`^[ -~\\u{b7}\\u{3000}-\\u{3002}${HAN}\\u{ff01}-\\u{ff5e}]*$`, true), characters(1, most)),
  isText: false,
});

/** Texts in words, by whether they are read as they are (of a key, of a rule over the row, required) or not. */
const WORDS: Record<string, { read: Plain; loose: Plain } | undefined> = {
  text: { read: both(like(`^[!-~${HAN}]+$`, true), characters(1, 2000)), loose: short(2000) },
  address: { read: named(300), loose: short(300) },
  organisation_name: { read: named(200), loose: short(200) },
  person_name: { read: PERSON_NAME, loose: PERSON_NAME },
};

/** A sum in 万元 gets its unit behind it. */
const TEN_THOUSANDS: Plain = {
  ...SMALL_AMOUNT,
  value: (text) => `${text}万`,
  valueSql: (text) => `concat(${text}, '万')`,
  parseSql: rounded(2, ' * 10000'),
};

/**
 * A field's plain form; undefined where there is none and every value is read in full.
 * @param isRead is the normalised text used, not only whether it fails?
 * @param isNeeded must there be one?
 */
export function plainOf(field: Field, isRead = true, isNeeded = true): Plain | undefined {
  if (field.calendar !== undefined) return undefined;
  if (field.unit === 'wan_yuan') return field.element === 'money' ? TEN_THOUSANDS : undefined;
  const words = WORDS[field.element];
  if (words) return isRead || isNeeded ? words.read : words.loose;
  if (field.codes === undefined || !isCodeListName(field.codes)) return ELEMENTS[field.element];
  const known = codedPlain.get(field.codes) ?? plainCodes(field.codes);
  codedPlain.set(field.codes, known);
  return known;
}

const codedPlain = new Map<CodeListName, Plain>();

/** Words of a code list as the platform writes them. */
function plainCodes(list: CodeListName): Plain {
  const codes = codeListNamed(list)
    .entries.flatMap(({ code, zh, synonyms = [] }) => [code, zh, ...synonyms])
    .filter((word) => normaliseWord(word) === word && mapCode(list, word) !== '');
  return {
    ...(codes.length > 0 && codes.length <= MOST_WORDS ? { source: wordsPattern(codes) } : {}),
    test: (text) => codes.includes(text),
    testSql: (text) => `${text} IN (${sqlTextArray(codes).slice(1, -1)})`,
    isValid: true,
  };
}

/** Words of a list that still make a regular expression; of more a set is asked. */
const MOST_WORDS = 100;
const wordsPattern = (words: readonly string[]): string =>
  `^(?:${words.map((word) => word.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')).join('|')})$`;

/** Of a text that stands between NULs: whatever it is. */
const ANYTHING = '[^\\u{0}]*';

/**
 * Are all these texts plain? One expression over all of them together costs a third of one each.
 * @param texts in the order in which `row` has them, a NUL between each two; without a form a text is not asked
 */
export function plainRowSql(
  row: string,
  texts: readonly { text: string; plain: Plain | undefined; isNeeded: boolean }[],
): string {
  const places: string[] = [];
  const besides: string[] = [];
  for (const { text, plain, isNeeded } of texts) {
    const orMissing = (test: string): string => (isNeeded ? test : `bitOr(${text} = '', ${test})`);
    const inner = plain?.source?.slice(1, -1);
    places.push(inner === undefined ? ANYTHING : `(?:${inner})${isNeeded ? '' : '?'}`);
    if (plain && inner === undefined) besides.push(orMissing(plain.testSql(text)));
    else if (plain?.besidesSql) besides.push(orMissing(plain.besidesSql(text)));
  }
  const together = pattern(`^${places.join('\\u{0}')}$`).testSql(row);
  return besides.reduce((all, test) => `bitAnd(${all}, ${test})`, together);
}

/** The normalised text of a field in a plain row. */
export function plainTextSql(plain: Plain, text: string): string {
  return plain.valueSql ? `if(${text} = '', '', ${plain.valueSql(text)})` : text;
}
