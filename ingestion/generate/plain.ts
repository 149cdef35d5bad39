/**
 * What most values look like: written as the platform writes them. For such a text normalising changes nothing (or only
 * spells it in a known way) and, where `isValid`, no check fails. Reading five columns of readings in full costs ten times
 * what loading them does; looking whether they are plain costs a tenth of that.
 *
 * `test/unit/plain.test.ts` holds each pattern against its element.
 */
import { codeListNamed, isCodeListName, mapCode, normaliseWord } from '../../domain/codes/index.ts';
import { pattern, sqlTextArray } from '../../domain/sql.ts';
import type { Field } from '../contract.ts';

export interface Plain {
  /** The regular expression, where it is one. */
  source?: string;
  /** Is a text, not '', plain? */
  test: (text: string) => boolean;
  testSql: (text: string) => string;
  /** The normalised form of a plain text; itself when not given. */
  value?: (text: string) => string;
  valueSql?: (text: string) => string;
  /** No check of the element can fail on it. */
  isValid: boolean;
}

const DAY =
  '(?:19[1-9][0-9]|20[0-9]{2})-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))';
const like = (source: string, isValid: boolean): Plain => {
  const { test, testSql } = pattern(source);
  return { source, test, testSql, isValid };
};

/** Ends in a digit: no word that stands for nothing does. */
const BUSINESS_NUMBER = like('^[A-Z0-9_-]{3,31}[0-9]$', true);
const AMOUNT = like('^[1-9][0-9]{0,4}(?:[.][0-9]{1,6})?$', true);
const SMALL_AMOUNT = like('^(?:0|[1-9][0-9]{0,4})(?:[.][0-9]{1,6})?$', true);

const ELEMENTS: Record<string, Plain | undefined> = {
  identifier: BUSINESS_NUMBER,
  meter_no: BUSINESS_NUMBER,
  house_code: BUSINESS_NUMBER,
  date: like(`^${DAY}$`, true),
  month: like('^(?:19[7-9][0-9]|20[0-9]{2})-(?:0[1-9]|1[0-2])$', true),
  year: like('^(?:19|20)[0-9]{2}$', true),
  timestamp: {
    ...like(`^${DAY} (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$`, true),
    value: (text) => `${text}.000+08:00`,
    valueSql: (text) => `concat(${text}, '.000+08:00')`,
  },
  money: SMALL_AMOUNT,
  quantity: SMALL_AMOUNT,
  area: AMOUNT,
  integer: like('^(?:0|[1-9][0-9]{0,8})$', true),
  id_number: like('^[0-9]{17}[0-9X]$', false),
  credit_code: like('^[0-9A-HJ-NPQRTUWXY]{17}[0-9]$', false),
  real_estate_unit_code: like('^[0-9]{12}[GJZ][A-Z][0-9]{5}[FLQW][0-9]{8}$', false),
  division_code: like('^[0-9]{6}(?:[0-9]{3}(?:[0-9]{3})?)?$', false),
  bank_account: like('^[0-9]{8,30}$', false),
  phone: like('^1[3-9][0-9]{9}$', true),
  boolean_word: {
    test: (text) => ['是', '否', '1', '0'].includes(text),
    testSql: (text) => `${text} IN ('是', '否', '1', '0')`,
    value: (text) => (text === '是' || text === '1' ? '1' : '0'),
    valueSql: (text) => `if(${text} IN ('是', '1'), '1', '0')`,
    isValid: true,
  },
};

/** A field's plain form; undefined where there is none and every value is read in full. */
export function plainOf(field: Field): Plain | undefined {
  if (field.unit === 'wan_yuan' || field.calendar !== undefined) return undefined;
  if (field.codes === undefined || !isCodeListName(field.codes)) return ELEMENTS[field.element];
  const list = field.codes;
  const words = codeListNamed(list)
    .entries.flatMap(({ code, zh }) => [code, zh])
    .filter((word) => normaliseWord(word) === word && mapCode(list, word) !== '');
  return {
    test: (text) => words.includes(text),
    testSql: (text) => `${text} IN (${sqlTextArray(words).slice(1, -1)})`,
    isValid: true,
  };
}

/** SQL Boolean: is every value of the row plain, or missing where it may be? `text` gives the SQL of a field's delivered text. */
export function plainRowSql(
  fields: readonly Field[],
  isNeeded: (field: Field) => boolean,
  text: (field: Field) => string,
): string {
  const conditions = fields.flatMap((field) => {
    const plain = plainOf(field);
    if (!plain) return [];
    const test = plain.testSql(text(field));
    return [isNeeded(field) ? test : `bitOr(${text(field)} = '', ${test})`];
  });
  // Not AND and OR: computing the second for the rows the first lets through costs more than computing it for all.
  return conditions.length === 0
    ? '0'
    : conditions.reduce((all, condition) => `bitAnd(${all}, ${condition})`);
}

/** The normalised text of a field in a plain row. */
export function plainTextSql(plain: Plain, text: string): string {
  return plain.valueSql ? `if(${text} = '', '', ${plain.valueSql(text)})` : text;
}
