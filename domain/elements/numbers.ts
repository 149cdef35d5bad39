/** Decimal texts: one canonical form, one rounding (half away from zero), exact on both sides. */
import type { ElementCheck } from '../element.ts';
import { pattern, replaceInTurn, replaceInTurnSql, type Pattern, type Step } from '../sql.ts';

/** Canonical: sign, digits, fraction, perhaps 万 (× 10⁴) or 亿 (× 10⁸). */
const DECIMAL = '^-?[0-9]{1,12}(?:[.][0-9]+)?[万亿]?$';
const decimal = pattern(DECIMAL);

const BEFORE_NOISE: readonly Step[] = [
  // Every dash an agency's editor may have made of a minus.
  [pattern('[\\u{2212}\\u{2010}-\\u{2015}]'), '-'],
  // Accountants write (1,234.00) for a negative amount.
  [pattern('^[(]([^()]*)[)]$'), '-$1'],
];
const AFTER_NOISE: readonly Step[] = [
  // A comma behind a point is no thousands separator: such a text must fail, not shrink.
  [pattern('[.][0-9]*,'), '?'],
  [pattern('[,\\u{2019}]([0-9]{3})'), '$1'],
  [pattern('^[+]'), ''],
  [pattern('^(-?)[.]([0-9])'), '$10.$2'],
  [pattern('^(-?[0-9]+)[.]([万亿]?)$'), '$1$2'],
  [pattern('^(-?)0+([0-9])'), '$1$2'],
];

/** Canonical text of a number from a compact one, after `noise` (currency, unit) is taken away and `between` has read what is left. */
export const normaliseNumber = (text: string, noise: Pattern, between = (t: string) => t): string =>
  replaceInTurn(AFTER_NOISE, between(noise.replace(replaceInTurn(BEFORE_NOISE, text), '')));
export const normaliseNumberSql = (text: string, noise: Pattern, between = (x: string) => x): string =>
  replaceInTurnSql(AFTER_NOISE, between(noise.replaceSql(replaceInTurnSql(BEFORE_NOISE, text), '')));

/** `12.5千` → `12500`: the point moves behind as many digits as the word has zeros. */
const moved = (word: string, zeros: number): Step[] => [
  [pattern(`^(-?[0-9,]+)(?:[.]([0-9]*))?${word}([万亿]?)$`), `$1.$2${'0'.repeat(zeros)}${word}$3`],
  [pattern(`^(-?[0-9,]+)[.]([0-9]{${zeros}})([0-9]*)${word}([万亿]?)$`), '$1$2.$3$4'],
];
/** Digits with words behind them, as people write round sums: 3千, 2.5百万, 12万5千, 12万3千5百, 1万2000. What is only said (3万5) stays no number. */
const WORDS_OF_SIZE: readonly Step[] = [
  [pattern('[仟]'), '千'],
  [pattern('[佰]'), '百'],
  [pattern('萬'), '万'],
  [pattern('億'), '亿'],
  [pattern('^(-?[0-9]{1,8})万([1-9])千([1-9])百$'), '$1$2$300'],
  [pattern('^(-?[0-9]{1,8})万([1-9])千$'), '$1$2000'],
  [pattern('^(-?[0-9]{1,8})万([1-9][0-9]{3})((?:[.][0-9]+)?)$'), '$1$2$3'],
  [pattern('^(-?[0-9]{1,8})千([1-9])百$'), '$1$200'],
  ...moved('百', 2),
  ...moved('千', 3),
];
/** Compact text → the same with its words for hundreds and thousands as digits. */
export const sizesToDigits = (text: string): string => replaceInTurn(WORDS_OF_SIZE, text);
export const sizesToDigitsSql = (text: string): string => replaceInTurnSql(WORDS_OF_SIZE, text);

/** Yuan as a text in 万元, exact: 1234.5 → 0.12345万. */
const TO_WAN: readonly Step[] = [
  [pattern('^(-?)([0-9]+(?:[.][0-9]+)?)$'), '$10000$2'],
  [pattern('^(-?[0-9]+)([0-9]{4})(?:[.]([0-9]+))?$'), '$1.$2$3万'],
  [pattern('^(-?)0+([0-9])'), '$1$2'],
];
export const inWan = (text: string): string => replaceInTurn(TO_WAN, text);
export const inWanSql = (text: string): string => replaceInTurnSql(TO_WAN, text);

/** Fraction digits beyond this are cut before rounding, on both sides. */
const CUT = 10;
const CUT_UNIT = 10n ** BigInt(CUT);

/** The number as a count of 10⁻¹⁰, exact; null where the text is no number. */
function scaled(text: string): bigint | null {
  if (!decimal.test(text)) return null;
  const times = text.endsWith('万') ? 10n ** 4n : text.endsWith('亿') ? 10n ** 8n : 1n;
  const [whole = '', fraction = ''] = text
    .replace(/[万亿]/, '')
    .replace('-', '')
    .split('.');
  const size = BigInt(whole) * CUT_UNIT + BigInt(fraction.slice(0, CUT).padEnd(CUT, '0'));
  return (text.startsWith('-') ? -size : size) * times;
}
/** Nullable(Decimal(38,10)). */
export const scaledSql = (x: string): string =>
  `(if(${decimal.testSql(x)}, toDecimal128OrNull(trimRight(${x}, '万亿'), ${CUT}), NULL) * multiIf(endsWith(${x}, '万'), 10000, endsWith(${x}, '亿'), 100000000, 1))`;

/**
 * Rounded half away from zero to `scale` fraction digits (at least 1): the double nearest to that decimal; null
 * where a Decimal(precision, scale) cannot hold it.
 */
export function parseDecimal(text: string, precision: number, scale: number): number | null {
  const value = scaled(text);
  if (value === null) return null;
  const unit = 10n ** BigInt(CUT - scale);
  const size = value < 0n ? -value : value;
  const rounded = (size + unit / 2n) / unit;
  if (rounded >= 10n ** BigInt(precision)) return null;
  const digits = rounded.toString().padStart(scale + 1, '0');
  return Number(`${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`);
}
/** The bound is our own: to ClickHouse a Decimal(12, 2) overflows only where its 64 bits do. */
export function parseDecimalSql(x: string, precision: number, scale: number): string {
  const rounded = `round(${scaledSql(x)}, ${scale})`;
  return `accurateCastOrNull(if(abs(${rounded}) < ${10n ** BigInt(precision - scale)}, ${rounded}, NULL), 'Decimal(${precision}, ${scale})')`;
}

export const numberFormat: ElementCheck = {
  rule: 'format',
  message: 'is not a number of at most 12 digits before the point',
  fails: (text) => !decimal.test(text),
  failsSql: (x) => `(NOT ${decimal.testSql(x)})`,
};

/** Fails below `least` (or at it, when exclusive). */
export function atLeast(rule: string, least: number, exclusive: boolean, message: string): ElementCheck {
  const bound = BigInt(least) * CUT_UNIT;
  return {
    rule,
    message,
    fails: (text) => {
      const value = scaled(text);
      return value !== null && (exclusive ? value <= bound : value < bound);
    },
    failsSql: (x) => `ifNull(${scaledSql(x)} ${exclusive ? '<=' : '<'} ${least}, 0)`,
  };
}

/** Fails at `limit` and above. */
export function below(limit: number): ElementCheck {
  const bound = BigInt(limit) * CUT_UNIT;
  return {
    rule: 'too_large',
    message: `is not below ${limit}`,
    fails: (text) => (scaled(text) ?? 0n) >= bound,
    failsSql: (x) => `ifNull(${scaledSql(x)} >= ${limit}, 0)`,
  };
}
