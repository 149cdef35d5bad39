/** Elements that name organisations and their papers. */
import { clean, cleanSql, compact, compactSql, HAN, nothingToEmpty, nothingToEmptySql } from '../cleaning.ts';
import { defineElement } from '../element.ts';
import { pattern, replaceInTurn, replaceInTurnSql, sqlText, type Step } from '../sql.ts';
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
/** Numbers of papers and accounts: one word, whatever was put between its groups. */
const asNumber = {
  ...asText,
  normalise: (text: string): string => SEPARATORS.replace(compact(text), ''),
  normaliseSql: (text: string): string => SEPARATORS.replaceSql(compactSql(text), ''),
};

export const creditCode = defineElement<string>({
  name: 'credit_code',
  zh: '统一社会信用代码',
  standard: 'GB 32100-2015',
  level: 1,
  mask: 'none',
  ...asNumber,
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

const ORGANISATION_FORMAT = '^[0-9A-Z]{8}[0-9X]$';
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];
const ORGANISATION_CHECKS = '0123456789X';

/** Check character of the first 8 characters, GB 11714-1997 (modulus 11; letters count from 10). */
export function organisationCheckCharacter(characters8: string): string {
  const sum = ORGANISATION_WEIGHTS.reduce(
    (total, weight, i) => total + weight * parseInt(characters8.charAt(i), 36),
    0,
  );
  return ORGANISATION_CHECKS.charAt((11 - (sum % 11)) % 11);
}
function organisationCheckCharacterSql(text: string): string {
  const values = sqlText('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  const terms = ORGANISATION_WEIGHTS.map(
    (w, i) => `${w} * (toInt32(position(${values}, substring(${text}, ${i + 1}, 1))) - 1)`,
  );
  return `substring(${sqlText(ORGANISATION_CHECKS)}, (11 - (${terms.join(' + ')}) % 11) % 11 + 1, 1)`;
}

/** What organisations had before the unified credit code, whose 9th to 17th characters it is. */
export const organisationCode = defineElement<string>({
  name: 'organisation_code',
  zh: '组织机构代码',
  standard: 'GB 11714-1997',
  level: 1,
  mask: 'none',
  ...asNumber,
  checks: [
    mustMatch('format', ORGANISATION_FORMAT, 'is not 8 letters or digits and a check character'),
    wellFormed(ORGANISATION_FORMAT, {
      rule: 'checksum',
      message: 'has a wrong check character: a character was mistyped or exchanged',
      fails: (text) => organisationCheckCharacter(text) !== text.slice(8),
      failsSql: (x) => `(${organisationCheckCharacterSql(x)} != substring(${x}, 9))`,
    }),
  ],
});

const REGISTRATION_FORMAT = '^[0-9]{15}$';

/** Check digit of the first 14 digits, GS 15-2006 (GB/T 17710, ISO 7064 MOD 11,10). */
export function registrationCheckDigit(digits14: string): string {
  let product = 10;
  for (const digit of digits14) {
    const sum = (product + Number(digit)) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return String((11 - product) % 10);
}
const registrationCheckDigitSql = (x: string): string =>
  `toString((11 - arrayFold((product, digit) -> toInt64(if((product + digit) % 10 = 0, 10, (product + digit) % 10) * 2 % 11), ` +
  `arrayMap(at -> toInt64OrZero(substring(${x}, at, 1)), range(1, 15)), toInt64(10))) % 10)`;

/** 工商注册号, before the credit code: authority 6, sequence 8, check digit 1. */
export const registrationNo = defineElement<string>({
  name: 'registration_no',
  zh: '市场主体注册号',
  standard: 'GS 15-2006',
  level: 1,
  mask: 'none',
  ...asNumber,
  checks: [
    notFloated,
    mustMatch('format', REGISTRATION_FORMAT, 'is not 15 digits'),
    wellFormed(REGISTRATION_FORMAT, {
      rule: 'checksum',
      message: 'has a wrong check digit: a digit was mistyped or exchanged',
      fails: (text) => registrationCheckDigit(text.slice(0, 14)) !== text.slice(14),
      failsSql: (x) => `(${registrationCheckDigitSql(x)} != substring(${x}, 15))`,
    }),
  ],
});

const CARD_FORMAT = '^[0-9]{12,19}$';

/** Sum of the digits, every second from the right doubled (and its digits added), a multiple of 10: ISO/IEC 7812-1, annex B. */
export function isLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
const isLuhnSql = (x: string): string =>
  `(arraySum((digit, i) -> if(i % 2 = 1, digit, if(digit > 4, 2 * digit - 9, 2 * digit)), ` +
  `arrayMap(byte -> toInt16(ascii(byte)) - 48, splitByString('', reverse(${x}))), range(1, length(${x}) + 1)) % 10 = 0)`;

/** The number on a card, as subsidies are paid to; accounts of passbooks and firms are `bank_account`. */
export const bankCard = defineElement<string>({
  name: 'bank_card',
  zh: '银行卡号',
  standard: 'ISO/IEC 7812-1, JR/T 0008',
  level: 4,
  mask: 'account',
  ...asNumber,
  checks: [
    notFloated,
    mustMatch('format', CARD_FORMAT, 'is not a card number of 12 to 19 digits'),
    wellFormed(CARD_FORMAT, {
      rule: 'checksum',
      message: 'has a wrong check digit: a digit was mistyped or exchanged',
      fails: (text) => !isLuhn(text),
      failsSql: (x) => `(NOT ${isLuhnSql(x)})`,
    }),
  ],
});

export const bankAccount = defineElement<string>({
  name: 'bank_account',
  zh: '银行账号',
  standard: 'JR/T 0008',
  level: 4,
  mask: 'account',
  ...asNumber,
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

/** Done in turn over a normalised name. A branch keeps its own name behind the firm's: it is not the firm. */
const NAME_CORE: readonly Step[] = [
  [pattern('[()\\[\\]【】〔〕"“”\'·.,，。-]+'), ''],
  [pattern('有限责任公司'), '有限公司'],
  [pattern('^[^省市区县]{2,3}省'), ''],
  // 湘安市某某公司 and 湘安某某公司 are one; 市 further behind belongs to the name.
  [pattern('^([^省市区县]{2,4})[市县]([^场政])'), '$1$2'],
];

/** What two spellings of an organisation's name have in common: 湖南省湘安市恒盛置业有限责任公司 → 湘安恒盛置业有限公司. */
export const organisationCore = (name: string): string =>
  replaceInTurn(NAME_CORE, organisationName.normalise(name));
export const organisationCoreSql = (name: string): string =>
  replaceInTurnSql(NAME_CORE, organisationName.normaliseSql(name));

/** The organisation code (GB 11714) in a credit code: its characters 9 to 17 (GB 32100-2015, 4.2). */
export const organisationOfCredit = (creditCode: string): string => creditCode.slice(8, 17);
export const organisationOfCreditSql = (creditCode: string): string => `substring(${creditCode}, 9, 9)`;
