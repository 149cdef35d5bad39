/** Elements that count and measure. */
import { compact, compactSql } from '../cleaning.ts';
import { defineElement, type Element } from '../element.ts';
import { bound, pattern } from '../sql.ts';
import { mustMatch } from './check.ts';
import { readAmount, readAmountSql } from './chinese-numerals.ts';
import {
  atLeast,
  below,
  inWan,
  inWanSql,
  normaliseNumber,
  normaliseNumberSql,
  numberFormat,
  parseDecimal,
  parseDecimalSql,
  sizesToDigits,
  sizesToDigitsSql,
} from './numbers.ts';

const MONEY_NOISE = pattern('人民币|RMB|CNY|[\\u{a5}\\u{ffe5}]|[元圆](?:整|正)?');

export const money = defineElement<number>({
  name: 'money',
  zh: '金额（元）',
  standard: 'GB/T 15835',
  type: 'Nullable(Decimal(18, 2))',
  level: 3,
  mask: 'money',
  normalise: (raw) => normaliseNumber(readAmount(compact(raw)), MONEY_NOISE, sizesToDigits),
  normaliseSql: (raw) => normaliseNumberSql(readAmountSql(compactSql(raw)), MONEY_NOISE, sizesToDigitsSql),
  checks: [numberFormat, atLeast('negative', 0, false, 'is below zero'), below(1_000_000_000_000)],
  parse: (text) => parseDecimal(text, 18, 2),
  parseSql: (x) => parseDecimalSql(x, 18, 2),
});

const AREA_NOISE = pattern('M2|M\\^2|平方米|平米|平方|平|M');

export const area = defineElement<number>({
  name: 'area',
  zh: '面积（平方米）',
  standard: 'GB/T 17986.1, GB 3100',
  type: 'Nullable(Decimal(12, 2))',
  level: 2,
  mask: 'none',
  normalise: (raw) => normaliseNumber(compact(raw), AREA_NOISE),
  normaliseSql: (raw) => normaliseNumberSql(compactSql(raw), AREA_NOISE),
  checks: [numberFormat, atLeast('not_positive', 0, true, 'is not above zero'), below(1_000_000)],
  parse: (text) => parseDecimal(text, 12, 2),
  parseSql: (x) => parseDecimalSql(x, 12, 2),
});

const QUANTITY_NOISE = pattern('M3|立方米|立方|方|吨|千瓦时|KWH|度|T$');

/** A meter's reading or what was used: cubic metres of water or gas, kilowatt hours. */
export const quantity = defineElement<number>({
  name: 'quantity',
  zh: '计量数',
  standard: 'CJ/T 188, GB/T 17215',
  type: 'Nullable(Decimal(14, 3))',
  level: 2,
  mask: 'none',
  normalise: (raw) => normaliseNumber(compact(raw), QUANTITY_NOISE),
  normaliseSql: (raw) => normaliseNumberSql(compactSql(raw), QUANTITY_NOISE),
  checks: [numberFormat, atLeast('negative', 0, false, 'is below zero'), below(10_000_000_000)],
  parse: (text) => parseDecimal(text, 14, 3),
  parseSql: (x) => parseDecimalSql(x, 14, 3),
});

const COUNT_NOISE = pattern('[人口户套间层年月天日次个岁]$|[.]0+$');
const INTEGER = '^[0-9]{1,9}$';

export const integer = defineElement<number>({
  name: 'integer',
  zh: '整数',
  standard: '本平台',
  type: 'Nullable(Int32)',
  level: 2,
  mask: 'none',
  normalise: (raw) => COUNT_NOISE.replace(normaliseNumber(compact(raw), COUNT_NOISE), ''),
  normaliseSql: (raw) => COUNT_NOISE.replaceSql(normaliseNumberSql(compactSql(raw), COUNT_NOISE), ''),
  checks: [mustMatch('format', INTEGER, 'is not a whole number from 0 to 999,999,999')],
  parse: (text) => (/^[0-9]{1,9}$/.test(text) ? Number(text) : null),
  parseSql: (x) => `if(match(${x}, '${INTEGER}'), toInt32OrNull(${x}), NULL)`,
});

const FRACTION = pattern('^[0-9]{1,4}/[0-9]{1,4}$');
const PERCENT = pattern('^([0-9]{1,3}(?:[.][0-9]{1,6})?)%$');
const PLAIN = pattern('^[0-9]{1,3}(?:[.][0-9]{1,8})?$');
const SHARED = pattern('^(?:全部|单独所有|独有|100)$');

/** Ten-thousandths, rounded half up, as whole numbers: [numerator, denominator] keeps both sides exact. */
function shareParts(text: string): [bigint, bigint] | null {
  if (FRACTION.test(text)) {
    const [over = '0', under = '0'] = text.split('/');
    return BigInt(under) === 0n ? null : [BigInt(over), BigInt(under)];
  }
  if (!PLAIN.test(text) && !PERCENT.test(text)) return null;
  const [whole = '0', fraction = ''] = text.replace('%', '').split('.');
  const size = BigInt(whole + fraction.padEnd(8, '0'));
  return [size, 10n ** 8n * (text.endsWith('%') ? 100n : 1n)];
}
function shareTenThousandths(text: string): bigint | null {
  const parts = shareParts(text);
  return parts && (parts[0] * 20000n + parts[1]) / (parts[1] * 2n);
}
function shareTenThousandthsSql(x: string): string {
  const over = `toInt64OrZero(splitByChar('/', ${x})[1])`;
  const under = `toInt64OrZero(splitByChar('/', ${x})[2])`;
  const decimal = `(${PLAIN.testSql(x)} OR ${PERCENT.testSql(x)})`;
  // The guard inside the conversion: ClickHouse may compute a branch for rows that do not take it, and must not overflow there.
  const size = `toInt64(toDecimal128OrZero(if(${decimal}, replaceOne(${x}, '%', ''), '0'), 8) * 100000000)`;
  const scale = `if(endsWith(${x}, '%'), 10000000000, 100000000)`;
  return (
    `multiIf(${FRACTION.testSql(x)}, if(${under} = 0, NULL, intDivOrZero(${over} * 20000 + ${under}, ${under} * 2)), ` +
    `${decimal}, intDivOrZero(${size} * 20000 + ${scale}, ${scale} * 2), NULL)`
  );
}

/** A part of a property held by one person: 50%, 0.5, 1/2. In (0, 1]. */
export const share = defineElement<number>({
  name: 'share',
  zh: '份额',
  standard: '不动产登记暂行条例实施细则',
  type: 'Nullable(Decimal(5, 4))',
  level: 2,
  mask: 'none',
  normalise: (raw) => SHARED.replace(compact(raw), '100%'),
  normaliseSql: (raw) => SHARED.replaceSql(compactSql(raw), '100%'),
  checks: [
    {
      rule: 'format',
      message: 'is not a share such as 50%, 0.5 or 1/2',
      fails: (text) => shareTenThousandths(text) === null,
      failsSql: (x) => `isNull(${shareTenThousandthsSql(x)})`,
    },
    {
      rule: 'range',
      message: 'is not above 0 and at most 1',
      fails: (text) => {
        const value = shareTenThousandths(text);
        return value === null || value <= 0n || value > 10000n;
      },
      failsSql: (x) => `ifNull(${shareTenThousandthsSql(x)} <= 0 OR ${shareTenThousandthsSql(x)} > 10000, 1)`,
    },
  ],
  parse: (text) => {
    const value = shareTenThousandths(text);
    return value === null || value > 10000n ? null : Number(value) / 10000;
  },
  parseSql: (x) =>
    `accurateCastOrNull(divide(toDecimal64(if(${shareTenThousandthsSql(x)} > 10000, NULL, ${shareTenThousandthsSql(x)}), 4), 10000), 'Decimal(5, 4)')`,
});

export type Unit = 'yuan' | 'wan_yuan';
const NO_SUFFIX = pattern('^(-?[0-9]+(?:[.][0-9]+)?)$');

/** Says its own unit: 元 behind it, 万 or 亿 anywhere in it. Such an amount is no bare number. */
const HAS_UNIT = pattern('[元圆圓块角毛分](?:整|正)?$|[万萬亿億]');

/**
 * The element as a source means it that writes in another unit: a number without a suffix of its own is in `unit`; one that says
 * its own (3500元, 三千五百元整, 12万5千) means that wherever it stands.
 */
export function withUnit<T>(element: Element<T>, unit: Unit): Element<T> {
  if (unit === 'yuan') return element;
  return {
    ...element,
    normalise: (raw) => {
      const text = element.normalise(raw);
      return HAS_UNIT.test(compact(raw)) ? inWan(text) : NO_SUFFIX.replace(text, '$1万');
    },
    normaliseSql: (raw) =>
      bound(
        'sum',
        element.normaliseSql(raw),
        (sum) =>
          `if(${HAS_UNIT.testSql(compactSql(raw))}, ${inWanSql(sum)}, ${NO_SUFFIX.replaceSql(sum, '$1万')})`,
      ),
  };
}
