/** Days, months and years in every style agencies write them. Canonical text: `YYYY-MM-DD`, `YYYY-MM`, `YYYY`. */
import { isDay, isDaySql } from '../calendar.ts';
import { compact, compactSql, spaced, spacedSql } from '../cleaning.ts';
import { defineElement } from '../element.ts';
import { pattern, replaceInTurn, replaceInTurnSql, unlessPlain, type Step } from '../sql.ts';
import { mustMatch } from './check.ts';
import { readChineseDay, readChineseDaySql } from './chinese-numerals.ts';
import { countedDay, countedDaySql } from './counted-time.ts';

const YEAR_MONTH = '([0-9]{4}) ?[-/.年] ?([0-9]{1,2})';
/** A time of day behind a day: only the day counts. */
const TIME_BEHIND = '(?:(?: ?[日号] ?|[ T]+)(?:星期.|周.|[(].*[)]| |[上下]午)*(?:[0-9]{1,2} ?[:时点].*)?)?$';

/** Over the text with its spaces, in this order. */
const DAY_STEPS: readonly Step[] = [
  [pattern(`^${YEAR_MONTH} ?[-/.月] ?([0-9]{1,2})${TIME_BEHIND}`), '$1-$2-$3'],
  [
    pattern('^([0-9]{4})([0-9]{2})([0-9]{2})(?:[ T]?[0-9]{4}(?:[0-9]{2})?|[ T][0-9]{1,2}:.*|[.]0+)?$'),
    '$1-$2-$3',
  ],
  [pattern('^([0-9]{4})-([0-9])-'), '$1-0$2-'],
  [pattern('^([0-9]{4}-[0-9]{2})-([0-9])$'), '$1-0$2'],
  // What systems write for "no date" and for "for ever".
  [pattern('^(?:0000-00-00|0001-01-01|1900-01-00|0)$'), ''],
  [pattern('^(?:9999-[0-9]{2}-[0-9]{2}|长期|永久|长期有效)$'), '2299-12-31'],
];

const PLAIN_DAY = pattern('^(?:19[1-9][0-9]|20[0-9]{2})-[0-9]{2}-[0-9]{2}$');

export const date = defineElement<string>({
  name: 'date',
  zh: '日期',
  standard: 'GB/T 7408.1-2023',
  type: 'Nullable(Date32)',
  level: 2,
  mask: 'none',
  normalise: (raw) => countedDay(replaceInTurn(DAY_STEPS, readChineseDay(spaced(raw)))),
  // Most files already write it our way: the short cut answers what the steps would.
  normaliseSql: (raw) =>
    unlessPlain(PLAIN_DAY, raw, (text) =>
      countedDaySql(replaceInTurnSql(DAY_STEPS, readChineseDaySql(spacedSql(text)))),
    ),
  checks: [
    mustMatch('format', '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', 'is not a date in any style known'),
    {
      rule: 'impossible',
      message: 'is a date that does not exist or lies outside 1900 to 2299',
      fails: (day) => !isDay(day),
      failsSql: (x) => `(NOT ${isDaySql(x)})`,
    },
  ],
  parse: (day) => (isDay(day) ? day : null),
  parseSql: (x) => `if(${isDaySql(x)}, toDate32OrNull(${x}), NULL)`,
});

const MONTH_STEPS: readonly Step[] = [
  [pattern(`^${YEAR_MONTH}(?: ?月份?| ?[-/.月] ?[0-9]{1,2}${TIME_BEHIND.replace(/\$$/, '')})?$`), '$1-$2'],
  [pattern('^([0-9]{4})([0-9]{2})(?:[0-9]{2})?(?:[.]0+)?$'), '$1-$2'],
  [pattern('^([0-9]{4})-([0-9])$'), '$1-0$2'],
  [pattern('^(?:0000-00|1900-00|0)$'), ''],
];
const DAY_OF_MONTH = pattern('^([0-9]{4}-[0-9]{2})-[0-9]{2}$');

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
  normalise: (raw) =>
    DAY_OF_MONTH.replace(countedDay(replaceInTurn(MONTH_STEPS, readChineseDay(spaced(raw)))), '$1'),
  normaliseSql: (raw) =>
    DAY_OF_MONTH.replaceSql(
      countedDaySql(replaceInTurnSql(MONTH_STEPS, readChineseDaySql(spacedSql(raw)))),
      '$1',
    ),
  checks: [
    mustMatch('format', '^[0-9]{4}-[0-9]{2}$', 'is not a month in any style known'),
    {
      rule: 'impossible',
      message: 'is a month that does not exist or lies outside 1970 to 2149',
      fails: (value) => !isMonth(value),
      failsSql: (x) => `(NOT ${isMonthSql(x)})`,
    },
  ],
  parse: (value) => (isMonth(value) ? `${value}-01` : null),
  parseSql: (x) => `if(${isMonthSql(x)}, toDateOrNull(concat(${x}, '-01')), NULL)`,
});

const YEAR_NOISE = pattern('^([0-9]{4})(?:年度?|[.]0+)$');
const YEAR = pattern('^(?:19|20|21|22)[0-9]{2}$');

export const year = defineElement<number>({
  name: 'year',
  zh: '年份',
  standard: 'GB/T 7408.1-2023',
  type: 'Nullable(UInt16)',
  level: 2,
  mask: 'none',
  normalise: (raw) => YEAR_NOISE.replace(compact(raw), '$1'),
  normaliseSql: (raw) => YEAR_NOISE.replaceSql(compactSql(raw), '$1'),
  checks: [mustMatch('format', '^(?:19|20|21|22)[0-9]{2}$', 'is not a year between 1900 and 2299')],
  parse: (value) => (YEAR.test(value) ? Number(value) : null),
  parseSql: (x) => `if(${YEAR.testSql(x)}, toUInt16OrNull(${x}), NULL)`,
});
