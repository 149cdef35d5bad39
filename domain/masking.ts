/**
 * Masks: what a person without the right to see a value sees instead (G-33 to G-37; 002:7795, 002:7911, 002:7919).
 * Each exists as TypeScript and as ClickHouse SQL over a non-Nullable String, and the two are equal. '' stays ''.
 */
import type { MaskName } from './element.ts';
import { pattern } from './sql.ts';

export interface Mask {
  zh: string;
  apply: (text: string) => string;
  sql: (expression: string) => string;
}

/** A hostile value of a megabyte must not make a megabyte of stars. */
const MOST_STARS = 64;
const FEWEST_STARS = 4;

const stars = (count: number): string => '*'.repeat(Math.min(Math.max(count, 0), MOST_STARS));
const starsSql = (count: string): string =>
  `repeat('*', toUInt8(least(greatest(${count}, 0), ${MOST_STARS})))`;

const length = (x: string): string => `toInt64(lengthUTF8(${x}))`;
const first = (x: string, count: number | string): string => `substringUTF8(${x}, 1, ${count})`;
/** Not `rightUTF8`, which on invalid UTF-8 counts otherwise; and never a negative offset on a shorter text. */
const last = (x: string, count: number): string =>
  `substringUTF8(${x}, greatest(${length(x)} - ${count - 1}, 1))`;

/** First and last characters with stars between; where that would hide fewer than four, only the last two (or nothing) stay. */
function keepEnds(head: number, tail: number, zh: string): Mask {
  const least = head + tail + FEWEST_STARS;
  return {
    zh,
    apply: (text) => {
      const characters = [...text];
      const count = characters.length;
      if (count >= least) {
        return (
          characters.slice(0, head).join('') + stars(count - head - tail) + characters.slice(-tail).join('')
        );
      }
      return count >= 6 ? stars(count - 2) + characters.slice(-2).join('') : stars(count);
    },
    sql: (x) =>
      `multiIf(${length(x)} >= ${least}, concat(${first(x, head)}, ${starsSql(`${length(x)} - ${head + tail}`)}, ${last(x, tail)}), ` +
      `${length(x)} >= 6, concat(${starsSql(`${length(x)} - 2`)}, ${last(x, 2)}), ${starsSql(length(x))})`,
  };
}

/** 张*明, 张*, 买***力. */
const name: Mask = {
  zh: '姓名：首尾可见',
  apply: (text) => {
    const characters = [...text];
    const count = characters.length;
    if (count <= 2) return (count === 2 ? (characters[0] ?? '') : '') + stars(Math.min(count, 1));
    return (characters[0] ?? '') + stars(count - 2) + (characters[count - 1] ?? '');
  },
  sql: (x) =>
    `multiIf(${length(x)} <= 1, ${starsSql(length(x))}, ${length(x)} = 2, concat(${first(x, 1)}, '*'), ` +
    `concat(${first(x, 1)}, ${starsSql(`${length(x)} - 2`)}, ${last(x, 1)}))`,
};

const ADDRESS_HEAD = 6;

/** The first six characters (province and city, mostly), never more than half. */
const address: Mask = {
  zh: '地址：前六字可见',
  apply: (text) => {
    if (text === '') return '';
    const characters = [...text];
    return characters.slice(0, Math.min(ADDRESS_HEAD, Math.floor(characters.length / 2))).join('') + '****';
  },
  sql: (x) =>
    `if(${x} = '', '', concat(${first(x, `least(${ADDRESS_HEAD}, intDiv(${length(x)}, 2))`)}, '****'))`,
};

const MAILBOX = pattern('^([^@])[^@]*@([^@]*)$');
const keptEnds = keepEnds(4, 4, '');

/** 6222***********1234; z***@example.cn. */
const account: Mask = {
  zh: '账号：首尾四位可见',
  apply: (text) => (MAILBOX.test(text) ? MAILBOX.replace(text, '$1***@$2') : keptEnds.apply(text)),
  sql: (x) => `if(${MAILBOX.testSql(x)}, ${MAILBOX.replaceSql(x, '$1***@$2')}, ${keptEnds.sql(x)})`,
};

const AMOUNT = pattern('^(-?[0-9])([0-9]*)(?:[.][0-9]*)?$');

/** Only the magnitude: 3500.00 → 3***. */
const money: Mask = {
  zh: '金额：仅见数量级',
  apply: (text) => {
    if (text === '') return '';
    const digits = AMOUNT.replace(text, '$2').length;
    return AMOUNT.test(text) ? AMOUNT.replace(text, '$1') + stars(digits) : '***';
  },
  sql: (x) =>
    `multiIf(${x} = '', '', ${AMOUNT.testSql(x)}, ` +
    `concat(${AMOUNT.replaceSql(x, '$1')}, ${starsSql(`toInt64(length(${AMOUNT.replaceSql(x, '$2')}))`)}), '***')`,
};

const DAY = pattern('^([0-9]{4})-[0-9]{2}(?:-[0-9]{2}(?:[ T][0-9:.Z+-]*)?)?$');

/** 1990-05-06 → 1990. */
const dateToYear: Mask = {
  zh: '日期：仅见年份',
  apply: (text) => (text === '' ? '' : DAY.test(text) ? DAY.replace(text, '$1') : '****'),
  sql: (x) => `multiIf(${x} = '', '', ${DAY.testSql(x)}, ${DAY.replaceSql(x, '$1')}, '****')`,
};

export const masks: Readonly<Record<MaskName, Mask>> = {
  none: { zh: '不脱敏', apply: (text) => text, sql: (x) => x },
  name,
  /** 430***********123X. */
  id_number: keepEnds(3, 4, '证件号码：前三后四位可见'),
  /** 138****1234. */
  phone: keepEnds(3, 4, '电话：前三后四位可见'),
  address,
  account,
  money,
  date_to_year: dateToYear,
  hidden: {
    zh: '不可见',
    apply: (text) => (text === '' ? '' : '***'),
    sql: (x) => `if(${x} = '', '', '***')`,
  },
};

export const maskText = (mask: MaskName, text: string): string => masks[mask].apply(text);
/** `expression` must be a non-Nullable String; other types are cast by the caller (`toString`, `ifNull`). */
export const maskSql = (mask: MaskName, expression: string): string => masks[mask].sql(expression);
