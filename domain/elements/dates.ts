/** Dates in every style agencies write them. Canonical text: `YYYY-MM-DD`, `YYYY-MM`, `YYYY-MM-DD hh:mm:ss.mmm` (China Standard Time). */
import {
  compact,
  compactSql,
  nothingToEmpty,
  nothingToEmptySql,
  clean,
  cleanSql,
  upperAscii,
  upperAsciiSql,
} from '../cleaning.ts';
import { defineElement } from '../element.ts';
import { pattern, type Pattern } from '../sql.ts';
import { mustMatch } from './check.ts';
import { isDay, isDaySql } from './day.ts';

type Step = readonly [Pattern, string];
const run = (steps: readonly Step[], text: string): string =>
  steps.reduce((t, [p, to]) => p.replace(t, to), text);
const runSql = (steps: readonly Step[], expression: string): string =>
  steps.reduce((x, [p, to]) => p.replaceSql(x, to), expression);

/** Steps over the compact text (no spaces), in this order. */
const DAY_STEPS: readonly Step[] = [
  // A year, a month and a day with separators, perhaps a time behind: only the day counts.
  [
    pattern('^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})(?:[日号]|T|星期.)*(?:[0-9]{1,2}[:时点].*)?$'),
    '$1-$2-$3',
  ],
  [pattern('^([0-9]{4})-([0-9]{1,2})-([0-9]{2})[0-9]{1,2}:.*$'), '$1-$2-$3'],
  [pattern('^([0-9]{4})([0-9]{2})([0-9]{2})(?:T?[0-9:]{4,8}(?:[.][0-9]*)?|[.]0+)?$'), '$1-$2-$3'],
  [pattern('^([0-9]{4})-([0-9])-'), '$1-0$2-'],
  [pattern('^([0-9]{4}-[0-9]{2})-([0-9])$'), '$1-0$2'],
  // What systems write for "no date" and for "for ever".
  [pattern('^(?:0000-00-00|0001-01-01|1900-01-00|0)$'), ''],
  [pattern('^(?:9999-[0-9]{2}-[0-9]{2}|长期|永久|长期有效)$'), '2299-12-31'],
];

/** Excel's day number (1900 system): 10000 is 1927-05-18, 99999 is 2173-10-13. A fraction is the time of day. */
const EXCEL_SERIAL = pattern('^[1-9][0-9]{4}(?:[.][0-9]+)?$');
const MILLISECONDS_A_DAY = 86_400_000;
function excelDay(text: string): string {
  if (!EXCEL_SERIAL.test(text)) return text;
  return new Date(Date.UTC(1899, 11, 30) + Number(text.slice(0, 5)) * MILLISECONDS_A_DAY)
    .toISOString()
    .slice(0, 10);
}
/** Counted from 1900-01-01 (day 2 by Excel's count, which believes in 29 February 1900), the first day Date32 holds. */
const excelDaySql = (x: string): string =>
  `if(${EXCEL_SERIAL.testSql(x)}, toString(addDays(toDate32('1900-01-01'), toInt32OrZero(substring(${x}, 1, 5)) - 2)), ${x})`;

export const date = defineElement<string>({
  name: 'date',
  zh: '日期',
  standard: 'GB/T 7408.1-2023',
  type: 'Nullable(Date32)',
  level: 2,
  mask: 'none',
  normalise: (raw) => excelDay(run(DAY_STEPS, compact(raw))),
  normaliseSql: (raw) => excelDaySql(runSql(DAY_STEPS, compactSql(raw))),
  checks: [
    mustMatch('format', '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', 'is not a date in any style known'),
    {
      rule: 'impossible',
      message: 'is a date that does not exist or lies outside 1900 to 2299',
      fails: (day) => !isDay(day),
      failsSql: (x) => `NOT ${isDaySql(x)}`,
    },
  ],
  parse: (day) => (isDay(day) ? day : null),
  parseSql: (x) => `if(${isDaySql(x)}, toDate32OrNull(${x}), NULL)`,
});

const MONTH_STEPS: readonly Step[] = [
  [
    pattern('^([0-9]{4})[-/.年]([0-9]{1,2})(?:月份?)?(?:[-/.]?[0-9]{1,2}[日号]?(?:T?[0-9]{1,2}:.*)?)?$'),
    '$1-$2',
  ],
  [pattern('^([0-9]{4})([0-9]{2})(?:[0-9]{2})?(?:[.]0+)?$'), '$1-$2'],
  [pattern('^([0-9]{4})-([0-9])$'), '$1-0$2'],
  [pattern('^(?:0000-00|1900-00|0)$'), ''],
];
/** What ClickHouse's Date holds whole: from January 1970. */
const isMonth = (text: string): boolean => text >= '1970-01' && text <= '2149-05' && isDay(`${text}-01`);
const isMonthSql = (x: string): string =>
  `(${x} >= '1970-01' AND ${x} <= '2149-05' AND ${isDaySql(`concat(${x}, '-01')`)})`;

export const month = defineElement<string>({
  name: 'month',
  zh: '月份',
  standard: 'GB/T 7408.1-2023',
  type: 'Nullable(Date)',
  level: 2,
  mask: 'none',
  normalise: (raw) => excelDay(run(MONTH_STEPS, compact(raw))).replace(/^(\d{4}-\d{2})-\d{2}$/, '$1'),
  normaliseSql: (raw) =>
    pattern('^([0-9]{4}-[0-9]{2})-[0-9]{2}$').replaceSql(
      excelDaySql(runSql(MONTH_STEPS, compactSql(raw))),
      '$1',
    ),
  checks: [
    mustMatch('format', '^[0-9]{4}-[0-9]{2}$', 'is not a month in any style known'),
    {
      rule: 'impossible',
      message: 'is a month that does not exist or lies outside 1970 to 2149',
      fails: (value) => !isMonth(value),
      failsSql: (x) => `NOT ${isMonthSql(x)}`,
    },
  ],
  parse: (value) => (isMonth(value) ? `${value}-01` : null),
  parseSql: (x) => `if(${isMonthSql(x)}, toDateOrNull(concat(${x}, '-01')), NULL)`,
});

export const year = defineElement<number>({
  name: 'year',
  zh: '年份',
  standard: 'GB/T 7408.1-2023',
  type: 'Nullable(UInt16)',
  level: 2,
  mask: 'none',
  normalise: (raw) => pattern('^([0-9]{4})(?:年度?|[.]0+)$').replace(compact(raw), '$1'),
  normaliseSql: (raw) => pattern('^([0-9]{4})(?:年度?|[.]0+)$').replaceSql(compactSql(raw), '$1'),
  checks: [mustMatch('format', '^(?:19|20|21|22)[0-9]{2}$', 'is not a year between 1900 and 2299')],
  parse: (value) => (/^(?:19|20|21|22)[0-9]{2}$/.test(value) ? Number(value) : null),
  parseSql: (x) => `if(match(${x}, '^(?:19|20|21|22)[0-9]{2}$'), toUInt16OrNull(${x}), NULL)`,
});

/** Over the clean, upper-case text, which keeps the space between day and time. */
const TIME_STEPS: readonly Step[] = [
  [pattern('^([0-9]{4})[-/.年] ?([0-9]{1,2})[-/.月] ?([0-9]{1,2})[日号]?[ T]*'), '$1-$2-$3 '],
  [
    pattern('^([0-9]{4})([0-9]{2})([0-9]{2})[ T]?([0-9]{2})([0-9]{2})([0-9]{2})([.][0-9]+)?'),
    '$1-$2-$3 $4:$5:$6$7',
  ],
  [pattern('^([0-9]{4})([0-9]{2})([0-9]{2})(?:[ T]+|$)'), '$1-$2-$3 '],
  [pattern('^([0-9]{4})-([0-9])-'), '$1-0$2-'],
  [pattern('^([0-9]{4}-[0-9]{2})-([0-9]) '), '$1-0$2 '],
  [pattern('([0-9]) ?[时点:] ?([0-9]{1,2}) ?[分:] ?([0-9]{1,2}) ?秒?'), '$1:$2:$3'],
  [pattern(' ([0-9]:)'), ' 0$1'],
  [pattern(':([0-9])(:|$)'), ':0$1$2'],
  [pattern(' ([0-9]{2}) ?[时点:] ?([0-9]{2}) ?分?($| ?[-+Z])'), ' $1:$2:00$3'],
  [pattern('^([0-9]{4}-[0-9]{2}-[0-9]{2}) ?$'), '$1 00:00:00'],
  [pattern('([0-9]{2}:[0-9]{2}:[0-9]{2})($| ?[-+Z])'), '$1.000$2'],
  [pattern(':([0-9]{2})[.,]([0-9])($| ?[-+Z])'), ':$1.$200$3'],
  [pattern(':([0-9]{2})[.,]([0-9]{2})($| ?[-+Z])'), ':$1.$20$3'],
  [pattern(':([0-9]{2})[.,]([0-9]{3})[0-9]*($| ?[-+Z])'), ':$1.$2$3'],
  [pattern('([.][0-9]{3}) ?(?:Z|UTC|GMT)$'), '$1+00:00'],
  [pattern('([.][0-9]{3}) ?([-+][0-9]{2}):?([0-9]{2})$'), '$1$2:$3'],
  [pattern('([.][0-9]{3})$'), '$1+08:00'],
  [pattern('^0000-00-00 .*$'), ''],
];
const TIMESTAMP = pattern(
  '^[0-9]{4}-[0-9]{2}-[0-9]{2} (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9][.][0-9]{3}[-+](?:0[0-9]|1[0-4]):[0-5][0-9]$',
);

const isInstant = (text: string): boolean =>
  TIMESTAMP.test(text) && isDay(text.slice(0, 10)) && text >= '1901' && text < '2299';
const isInstantSql = (x: string): string =>
  `(${TIMESTAMP.testSql(x)} AND ${isDaySql(`substring(${x}, 1, 10)`)} AND ${x} >= '1901' AND ${x} < '2299')`;

/**
 * An instant. A source's time without a zone is China Standard Time, UTC+8 in every year: the summer times of 1986 to 1991
 * are ignored on purpose, so that a midnight of those years stays on its day.
 */
export const timestamp = defineElement<string>({
  name: 'timestamp',
  zh: '时间',
  standard: 'GB/T 7408.1-2023',
  type: "Nullable(DateTime64(3, 'UTC'))",
  level: 2,
  mask: 'none',
  normalise: (raw) => run(TIME_STEPS, upperAscii(nothingToEmpty(clean(raw)))),
  normaliseSql: (raw) => runSql(TIME_STEPS, upperAsciiSql(nothingToEmptySql(cleanSql(raw)))),
  checks: [
    {
      rule: 'format',
      message: 'is not a time in any style known',
      fails: (value) => !TIMESTAMP.test(value),
      failsSql: (x) => `NOT ${TIMESTAMP.testSql(x)}`,
    },
    {
      rule: 'impossible',
      message: 'is a time on a day that does not exist or lies outside 1901 to 2298',
      fails: (value) => !isInstant(value),
      failsSql: (x) => `NOT ${isInstantSql(x)}`,
    },
  ],
  parse: (value) => (isInstant(value) ? new Date(value.replace(' ', 'T')).toISOString() : null),
  parseSql: (x) => {
    const minutes = `toInt32OrZero(concat(substring(${x}, 24, 1), '1')) * (toInt32OrZero(substring(${x}, 25, 2)) * 60 + toInt32OrZero(substring(${x}, 28, 2)))`;
    return `if(${isInstantSql(x)}, subtractMinutes(toDateTime64OrNull(substring(${x}, 1, 23), 3, 'UTC'), ${minutes}), NULL)`;
  },
});
