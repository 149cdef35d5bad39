/** Days and times as programs count them: Excel's day numbers, Java's milliseconds. */
import { CHINA_OFFSET_MINUTES } from '../calendar.ts';
import { bound, pattern } from '../sql.ts';

/** Excel's day number (1900 system): 10000 is 1927-05-18, 99999 is 2173-10-13. The fraction is the time of day. */
const EXCEL = pattern('^[1-9][0-9]{4}(?:[.][0-9]+)?$');
/** Milliseconds since 1970 in UTC, from September 2001 to 2033. */
const MILLISECONDS = pattern('^1[0-9]{12}$');

const DAY = 86_400_000;
const CHINA_OFFSET = CHINA_OFFSET_MINUTES * 60_000;
const EXCEL_EPOCH = Date.UTC(1899, 11, 30);
const day = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);

/** Seconds after midnight, rounded half up, exact on both sides: ten digits of the fraction count. */
function excelSeconds(text: string): number {
  const fraction = BigInt(text.slice(6, 16).padEnd(10, '0'));
  return Number((fraction * 86_400n * 2n + 10n ** 10n) / (2n * 10n ** 10n));
}
const excelSecondsSql = (x: string): string =>
  `toInt64(round(toDecimal128OrZero(concat('0.', substring(${x}, 7, 10)), 10) * 86400, 0))`;

/** Days after 1900-01-01, the first day ClickHouse knows: Excel's count believes in 29 February 1900. */
const excelDaysSql = (x: string): string => `toInt64OrZero(substring(${x}, 1, 5)) - 2`;
const chinaTimeSql = (x: string): string =>
  `fromUnixTimestamp64Milli(toInt64OrZero(${x}) + ${CHINA_OFFSET}, 'UTC')`;

/** A counted day as `YYYY-MM-DD`; any other text as it is. */
export function countedDay(text: string): string {
  if (EXCEL.test(text)) return day(EXCEL_EPOCH + Number(text.slice(0, 5)) * DAY);
  return MILLISECONDS.test(text) ? day(Number(text) + CHINA_OFFSET) : text;
}
export const countedDaySql = (text: string): string => bound('day', text, dayOfCountSql);
const dayOfCountSql = (x: string): string =>
  `multiIf(${EXCEL.testSql(x)}, toString(addDays(toDate32('1900-01-01'), ${excelDaysSql(x)})), ` +
  `${MILLISECONDS.testSql(x)}, toString(toDate32(${chinaTimeSql(x)})), ${x})`;

/** A counted instant as `YYYY-MM-DD hh:mm:ss.mmm`, China Standard Time; any other text as it is. */
export function countedInstant(text: string): string {
  const milliseconds = EXCEL.test(text)
    ? EXCEL_EPOCH + Number(text.slice(0, 5)) * DAY + excelSeconds(text) * 1000
    : MILLISECONDS.test(text)
      ? Number(text) + CHINA_OFFSET
      : null;
  return milliseconds === null ? text : new Date(milliseconds).toISOString().slice(0, 23).replace('T', ' ');
}
export const countedInstantSql = (text: string): string => bound('instant', text, instantOfCountSql);
const instantOfCountSql = (x: string): string =>
  `multiIf(${EXCEL.testSql(x)}, toString(addSeconds(toDateTime64('1900-01-01 00:00:00', 3, 'UTC'), (${excelDaysSql(x)}) * 86400 + ${excelSecondsSql(x)})), ` +
  `${MILLISECONDS.testSql(x)}, toString(${chinaTimeSql(x)}), ${x})`;
