/** Instants. Canonical text: `YYYY-MM-DD hh:mm:ss.mmm+08:00`, always with its offset. */
import { isDay, isDaySql } from '../calendar.ts';
import { spaced, spacedSql } from '../cleaning.ts';
import { defineElement } from '../element.ts';
import { pattern, replaceInTurn, replaceInTurnSql, unlessPlain, type Step } from '../sql.ts';
import { countedInstant, countedInstantSql } from './counted-time.ts';

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
const PLAIN_INSTANT = pattern('^20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$');
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
  normalise: (raw) => replaceInTurn(TIME_STEPS, countedInstant(spaced(raw))),
  // Most files already write it so: the short cut answers what the steps would.
  normaliseSql: (raw) =>
    unlessPlain(
      PLAIN_INSTANT,
      raw,
      (text) => replaceInTurnSql(TIME_STEPS, countedInstantSql(spacedSql(text))),
      '.000+08:00',
    ),
  checks: [
    {
      rule: 'format',
      message: 'is not a time in any style known',
      fails: (value) => !TIMESTAMP.test(value),
      failsSql: (x) => `(NOT ${TIMESTAMP.testSql(x)})`,
    },
    {
      rule: 'impossible',
      message: 'is a time on a day that does not exist or lies outside 1901 to 2298',
      fails: (value) => !isInstant(value),
      failsSql: (x) => `(NOT ${isInstantSql(x)})`,
    },
  ],
  parse: (value) => (isInstant(value) ? new Date(value.replace(' ', 'T')).toISOString() : null),
  parseSql: (x) => {
    const minutes = `toInt32OrZero(concat(substring(${x}, 24, 1), '1')) * (toInt32OrZero(substring(${x}, 25, 2)) * 60 + toInt32OrZero(substring(${x}, 28, 2)))`;
    return `if(${isInstantSql(x)}, subtractMinutes(toDateTime64OrNull(substring(${x}, 1, 23), 3, 'UTC'), ${minutes}), NULL)`;
  },
});
