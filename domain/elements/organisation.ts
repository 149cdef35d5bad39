/** Elements that name organisations and their papers. */
import { clean, cleanSql, compact, compactSql, HAN, nothingToEmpty, nothingToEmptySql } from '../cleaning.ts';
import { defineElement } from '../element.ts';
import { pattern, sqlText } from '../sql.ts';
import { asText, mustMatch, mustNotExceed, notFloated, wellFormed } from './check.ts';

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CREDIT_FORMAT = `^[1-9ANY][${ALPHABET}][0-9]{6}[${ALPHABET}]{10}$`;
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** Check character of the first 17 characters, GB 32100-2015 (ISO 7064 style, modulus 31). */
export function creditCheckCharacter(characters17: string): string {
  const sum = WEIGHTS.reduce(
    (total, weight, i) => total + weight * ALPHABET.indexOf(characters17.charAt(i)),
    0,
  );
  return ALPHABET.charAt((31 - (sum % 31)) % 31);
}
function creditCheckCharacterSql(text: string): string {
  const alphabet = sqlText(ALPHABET);
  const terms = WEIGHTS.map(
    (w, i) => `${w} * (toInt32(position(${alphabet}, substring(${text}, ${i + 1}, 1))) - 1)`,
  );
  return `substring(${alphabet}, (31 - (${terms.join(' + ')}) % 31) % 31 + 1, 1)`;
}

const SEPARATORS = pattern('[-_]+');

export const creditCode = defineElement<string>({
  name: 'credit_code',
  zh: '统一社会信用代码',
  standard: 'GB 32100-2015',
  level: 1,
  mask: 'none',
  ...asText,
  normalise: (text) => SEPARATORS.replace(compact(text), ''),
  normaliseSql: (text) => SEPARATORS.replaceSql(compactSql(text), ''),
  checks: [
    mustMatch('format', CREDIT_FORMAT, 'is not 18 characters of the kind GB 32100 allows'),
    wellFormed(CREDIT_FORMAT, {
      rule: 'checksum',
      message: 'has a wrong check character: a character was mistyped or exchanged',
      fails: (text) => creditCheckCharacter(text) !== text.slice(17),
      failsSql: (x) => `(${creditCheckCharacterSql(x)} != substring(${x}, 18))`,
    }),
  ],
});

const SPACE_AFTER = pattern(`([${HAN})]) `);
const SPACE_BEFORE = pattern(` ([${HAN}(])`);

/** Spaces stay only between words of Latin letters. Brackets are half width, so that both spellings are one organisation. */
export const organisationName = defineElement<string>({
  name: 'organisation_name',
  zh: '单位名称',
  standard: 'GB/T 19488.2',
  level: 1,
  mask: 'none',
  ...asText,
  normalise: (text) => SPACE_BEFORE.replace(SPACE_AFTER.replace(nothingToEmpty(clean(text)), '$1'), '$1'),
  normaliseSql: (text) =>
    SPACE_BEFORE.replaceSql(SPACE_AFTER.replaceSql(nothingToEmptySql(cleanSql(text)), '$1'), '$1'),
  checks: [mustNotExceed(200)],
});

export const bankAccount = defineElement<string>({
  name: 'bank_account',
  zh: '银行账号',
  standard: 'JR/T 0008',
  level: 4,
  mask: 'account',
  ...asText,
  normalise: (text) => SEPARATORS.replace(compact(text), ''),
  normaliseSql: (text) => SEPARATORS.replaceSql(compactSql(text), ''),
  checks: [notFloated, mustMatch('format', '^[0-9]{8,30}$', 'is not an account number of 8 to 30 digits')],
});

export const identifier = defineElement<string>({
  name: 'identifier',
  zh: '业务编号',
  standard: '本平台',
  level: 2,
  mask: 'none',
  ...asText,
  normalise: compact,
  normaliseSql: compactSql,
  checks: [
    mustMatch(
      'format',
      '^[A-Z0-9_-]{1,64}$',
      'is not a business number of at most 64 letters, digits, _ and -',
    ),
  ],
});

export const meterNo = defineElement<string>({
  ...identifier,
  name: 'meter_no',
  zh: '表号',
  standard: 'CJ/T 188, DL/T 645',
  checks: [mustMatch('format', '^[A-Z0-9_-]{4,32}$', 'is not a meter number of 4 to 32 letters and digits')],
});
