/** Numbers of certificates other than the identity card, one element a kind, and the kind a number is of by its form. */
import { isDay, isDaySql } from '../calendar.ts';
import { compact, compactSql } from '../cleaning.ts';
import { defineElement, type Element, type ElementCheck } from '../element.ts';
import { bound, pattern, type Pattern, sqlText } from '../sql.ts';
import { asText, mustMatch, mustNotMatch, notFloated, wellFormed } from './check.ts';
import { idNumber } from './identity.ts';

const SEPARATORS = pattern('[-_. ]+');
const withoutSeparators = (text: string): string => SEPARATORS.replace(compact(text), '');
const withoutSeparatorsSql = (text: string): string => SEPARATORS.replaceSql(compactSql(text), '');

/** A certificate's number: one word, sensitive, `form` after the separators are gone and `steps` are taken. */
function certificate(
  name: string,
  zh: string,
  standard: string,
  checks: ElementCheck[],
  steps: readonly (readonly [Pattern, string])[] = [],
): Element<string> {
  return defineElement<string>({
    name,
    zh,
    standard,
    level: 4,
    mask: 'id_number',
    ...asText,
    normalise: (text) => steps.reduce((word, [from, to]) => from.replace(word, to), withoutSeparators(text)),
    normaliseSql: (text) =>
      steps.reduce((word, [from, to]) => from.replaceSql(word, to), withoutSeparatorsSql(text)),
    checks: [notFloated, ...checks],
  });
}

/** China's ordinary (E, G), diplomatic, service and public-affairs passports, those of the two regions; the others by ICAO 9303: at most 9. */
const PASSPORT = '^[A-Z0-9]{6,9}$';
export const passportNo = certificate('passport_no', '护照号码', 'ICAO 9303-3 4.2.2; 护照法', [
  mustMatch('format', PASSPORT, 'is not the 6 to 9 letters and digits of a passport'),
  mustNotMatch('letters', '^[A-Z]+$', 'has no digit'),
  // After the E of an ordinary passport comes a digit or a letter that is neither I nor O.
  mustNotMatch('series', '^E[IO]|^G[A-Z]', 'is of a series that is not issued'),
]);

const HK_MACAO = '^[HM][0-9]{8}$';
/** For life: the letter and eight digits; two more digits behind them only count how often the card was renewed. */
export const hkMacaoPermitNo = certificate(
  'hk_macao_permit_no',
  '港澳居民来往内地通行证号码',
  'GA/T 704（港澳居民来往内地通行证）',
  [mustMatch('format', HK_MACAO, 'is not H or M and 8 digits')],
  [[pattern('^([HM][0-9]{8})[0-9]{2}$'), '$1']],
);

const TAIWAN = '^[0-9]{8}$';
export const taiwanPermitNo = certificate(
  'taiwan_permit_no',
  '台湾居民来往大陆通行证号码',
  '中国公民往来台湾地区管理办法',
  [mustMatch('format', TAIWAN, 'is not 8 digits')],
  // Booklets had two digits for renewals, and the letter of the place in brackets.
  [
    [pattern('[(][A-Z][)]$'), ''],
    [pattern('^([0-9]{8})[0-9]{2}$'), '$1'],
  ],
);

const RESIDENCE = '^8[123]0000';
/** 港澳台居民居住证: numbered like an identity card, 810000, 820000 or 830000 before the date of birth. */
export const residencePermitNo: Element<string> = {
  ...idNumber,
  name: 'residence_permit_no',
  zh: '港澳台居民居住证号码',
  standard: 'GB 11643-1999; 港澳台居民居住证申领发放办法',
  checks: [
    ...idNumber.checks,
    mustMatch('permit', RESIDENCE, 'does not begin with 810000, 820000 or 830000'),
  ],
};

const OLD_CARD = '^[A-Z]{3}[0-9]{12}$';
const NEW_CARD = '^9[0-9]{16}[0-9X]$';
const oldBirth = (card: string, century: string): string =>
  `${century}${card.slice(7, 9)}-${card.slice(9, 11)}-${card.slice(11, 13)}`;
const oldBirthSql = (card: string, century: string): string =>
  `concat(${sqlText(century)}, substring(${card}, 8, 2), '-', substring(${card}, 10, 2), '-', substring(${card}, 12, 2))`;

/**
 * 外国人永久居留身份证: before 2023 three letters of the country, four digits of the place, the date of birth with a two-digit
 * year and two digits (the last a check digit, whose rule is not published, so that it is not tested); since then 18 as GB 11643 has them.
 */
export const foreignerCardNo = certificate(
  'foreigner_card_no',
  '外国人永久居留身份证号码',
  '外国人永久居留身份证（2017, 2023 版）; GB 11643-1999',
  [
    mustMatch(
      'format',
      `${OLD_CARD}|${NEW_CARD}`,
      'is neither 3 letters and 12 digits nor 18 that begin with 9',
    ),
    wellFormed(OLD_CARD, {
      rule: 'birth_date',
      message: 'holds a date of birth that does not exist',
      // Of a leap day in a year of two digits only one of the centuries may have it.
      fails: (card) => !isDay(oldBirth(card, '19')) && !isDay(oldBirth(card, '20')),
      failsSql: (card) =>
        `(NOT ${isDaySql(oldBirthSql(card, '19'))} AND NOT ${isDaySql(oldBirthSql(card, '20'))})`,
    }),
    ...idNumber.checks
      .filter(({ rule }) => rule === 'birth_date' || rule === 'checksum')
      .map((check) => wellFormed(NEW_CARD, { ...check, rule: `card_${check.rule}` })),
  ],
);

const MILITARY = '^[\\u{4e00}-\\u{9fff}]{1,4}字第[0-9]{4,8}号$';
/** 军官证、士兵证、警官证: 军字第1234567号. */
export const militaryNo = certificate(
  'military_no',
  '军人证件号码',
  'GA/T 517（军官证、士兵证）',
  [mustMatch('format', MILITARY, 'is not a word, 字第, 4 to 8 digits and 号')],
  [[pattern('^([\\u{4e00}-\\u{9fff}]{1,4})字(?:第)?(?:NO)?([0-9]{4,8})(?:号)?$'), '$1字第$2号']],
);

/** Kinds in the order their forms are tried: codes of the list `certificate_kind`. */
const KINDS: readonly (readonly [kind: string, form: Pattern])[] = [
  ['hk_macao_permit', pattern(`${HK_MACAO}|^8[12]0000[0-9]{11}[0-9X]$`)],
  ['taiwan_permit', pattern(`${TAIWAN}|^830000[0-9]{11}[0-9X]$`)],
  ['foreigner_card', pattern(`${OLD_CARD}|${NEW_CARD}`)],
  ['id_card', pattern('^[1-8][0-9]{16}[0-9X]$')],
  ['officer_card', pattern(MILITARY)],
  ['passport', pattern('^[A-Z0-9]*[A-Z][A-Z0-9]*[0-9][A-Z0-9]*$')],
];

/**
 * The kind a number is of by its form alone (`certificate_kind`), '' where no form fits: what its element then checks. A passport of
 * digits alone is not told from other numbers.
 */
export function certificateKind(normalised: string): string {
  if (normalised.length > 30) return '';
  return KINDS.find(([, form]) => form.test(normalised))?.[0] ?? '';
}
export const certificateKindSql = (x: string): string =>
  bound(
    'paper',
    `if(lengthUTF8(${x}) > 30, '', ${x})`,
    (paper) =>
      `multiIf(${KINDS.map(([kind, form]) => `${form.testSql(paper)}, ${sqlText(kind)}`).join(', ')}, '')`,
  );
