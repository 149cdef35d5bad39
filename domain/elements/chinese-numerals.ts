/** Numbers in Chinese characters, as receipts, contracts and notices write them: 壹万贰仟元整, 二〇二四年一月五日 (GB/T 15835-2011). */
import { bound, pattern, replaceInTurn, replaceInTurnSql, sqlText, type Step } from '../sql.ts';

/** What each character is spelled as: digits, S 10, B 100, Q 1000, W 10⁴, Y 10⁸, Z yuan, J tenths, F hundredths, E "exactly". */
const SPELLING: Record<string, string> = {
  0: '零〇',
  1: '一壹弌',
  2: '二两贰弍貳兩',
  3: '三叁弎參叄',
  4: '四肆',
  5: '五伍',
  6: '六陆陸',
  7: '七柒',
  8: '八捌',
  9: '九玖',
  S: '十拾',
  B: '百佰',
  Q: '千仟',
  W: '万萬',
  Y: '亿億',
  Z: '元圆圓块',
  J: '角毛',
  F: '分',
  E: '整正',
};
const WRITTEN = Object.values(SPELLING).join('');
const SPELLED = Object.entries(SPELLING)
  .map(([letter, characters]) => letter.repeat(characters.length))
  .join('');
const letterOf = new Map([...WRITTEN].map((character, i) => [character, SPELLED.charAt(i)]));

const spell = (text: string): string =>
  [...text].map((character) => letterOf.get(character) ?? character).join('');
const spellSql = (x: string): string => `translateUTF8(${x}, ${sqlText(WRITTEN)}, ${sqlText(SPELLED)})`;

const ALL_CHINESE = pattern(`^(?:人民币)?[${WRITTEN}]{1,40}$`);
const CURRENCY = pattern('^人民币');
/** Up to 9999, thousands to ones, with the zeros people put in between. */
const SECTION = '(?:[1-9]Q)?0?(?:[1-9]B)?0?(?:[1-9]?S)?0?[1-9]?';
const AMOUNT_SOURCE = `^(?:(${SECTION})Y)?0?(?:(${SECTION})W)?0?(${SECTION})0?Z?0?(?:([1-9])J)?0?(?:([1-9])F)?E?$`;
const AMOUNT = pattern(AMOUNT_SOURCE);
/** 亿, 万, 元 need a number before them; what remains without any is no amount. */
const NO_NUMBER = pattern('^0*[YWZE]*$|(?:^|[YW])0*[YW]|^0*Z');
/** 三千五 and 两万三 are said for 3500 and 23000, and could be written for 3005 and 20003: nobody knows, so they are no amount. */
const SPOKEN = pattern('[BQ][1-9](?:[WYZE]|$)|[WY][1-9](?:[ZE]|$)');
const ZERO = pattern('^0Z?E?$');

const PLACES: readonly (readonly [string, number])[] = [
  ['([1-9])Q', 1000],
  ['([1-9])B', 100],
  ['([1-9])S', 10],
  ['([1-9])$', 1],
];
const BARE_TEN = pattern('^0*S|[QB]0*S');

function sectionValue(section: string): number {
  const parts = PLACES.map(
    ([source, value]) => Number(new RegExp(source, 'u').exec(section)?.[1] ?? 0) * value,
  );
  return parts.reduce((sum, part) => sum + part, BARE_TEN.test(section) ? 10 : 0);
}
const sectionValueSql = (section: string): string => {
  const digits = PLACES.map(([source]) => `extract(${section}, ${sqlText(source)})`);
  const value = `arraySum((digit, size) -> toUInt64OrZero(digit) * size, [${digits.join(', ')}], [${PLACES.map(([, size]) => size).join(', ')}])`;
  return `(${value} + if(${BARE_TEN.testSql(section)}, 10, 0))`;
};

/** `12300` or `12300.50` yuan for a text that is an amount in Chinese characters; any other text as it is. */
export function readAmount(text: string): string {
  if (!ALL_CHINESE.test(text)) return text;
  const spelled = spell(CURRENCY.replace(text, ''));
  if (ZERO.test(spelled)) return '0';
  const groups =
    NO_NUMBER.test(spelled) || SPOKEN.test(spelled) ? null : new RegExp(AMOUNT_SOURCE, 'u').exec(spelled);
  if (!groups) return text;
  const [, yi = '', wan = '', ones = '', tenths = '0', hundredths = '0'] = groups;
  const yuan = sectionValue(yi) * 1e8 + sectionValue(wan) * 1e4 + sectionValue(ones);
  return tenths === '0' && hundredths === '0' ? String(yuan) : `${yuan}.${tenths}${hundredths}`;
}

export function readAmountSql(text: string): string {
  const chinese = (x: string): string =>
    `if(${ALL_CHINESE.testSql(x)}, ${spellSql(CURRENCY.replaceSql(x, ''))}, '')`;
  const amount = (spelled: string): string =>
    bound('part', `extractGroups(${spelled}, ${sqlText(AMOUNT_SOURCE)})`, (part) => {
      const digit = (i: number): string => `if(${part}[${i}] = '', '0', ${part}[${i}])`;
      const yuan = `toString(arraySum((section, size) -> ${sectionValueSql('section')} * size, [${part}[1], ${part}[2], ${part}[3]], [100000000, 10000, 1]))`;
      return `concat(${yuan}, if(concat(${part}[4], ${part}[5]) = '', '', concat('.', ${digit(4)}, ${digit(5)})))`;
    });
  return bound('written', text, (written) =>
    bound('spelled', chinese(written), (spelled) => {
      const isAmount = `(${AMOUNT.testSql(spelled)} AND NOT ${NO_NUMBER.testSql(spelled)} AND NOT ${SPOKEN.testSql(spelled)})`;
      return `multiIf(${spelled} = '', ${written}, ${ZERO.testSql(spelled)}, '0', ${isAmount}, ${amount(spelled)}, ${written})`;
    }),
  );
}

/** Plain numerals, those of banks (贰零贰肆年零壹月壹拾伍日), and digits between them (2024年一月五日). */
const DAY_DIGITS = '0-9零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖貳參陸';
const CHINESE_DAY = pattern(
  `^(?:公元)?[${DAY_DIGITS}]{4}年(?:元|[${DAY_DIGITS}十拾]{1,4})月(?:份|[${DAY_DIGITS}十拾]{1,4}[日号]?)?$`,
);
/** After spelling: 二十一 is 2S1, 十 is S, 元 is Z. Only between 年, 月 and 日 are these days and months. */
const DAY_NUMBERS: readonly Step[] = [
  [pattern('^公Z'), ''],
  [pattern('年Z月'), '年1月'],
  [pattern('0([1-3]?S)'), '$1'],
  [pattern('([1-3])S([1-9])'), '$1$2'],
  [pattern('([1-3])S'), '$10'],
  [pattern('S([1-9])'), '1$1'],
  [pattern('S'), '10'],
];

/** 二〇二四年一月五日 → 2024年1月5日; any other text as it is. */
export const readChineseDay = (text: string): string =>
  CHINESE_DAY.test(text) ? replaceInTurn(DAY_NUMBERS, spell(text)) : text;
export const readChineseDaySql = (text: string): string =>
  bound('written', text, (written) => {
    const chinese = `if(${CHINESE_DAY.testSql(written)}, ${spellSql(written)}, '')`;
    return `if(${CHINESE_DAY.testSql(written)}, ${replaceInTurnSql(DAY_NUMBERS, chinese)}, ${written})`;
  });

const COUNTED = pattern('^[零〇一二两三四五六七八九十百壹贰叁肆伍陆柒捌玖拾佰]{1,6}$');
const SECTION_ONLY = pattern(`^${SECTION}$`);
const PLACE_LETTER = pattern('[SBQ]');

/** 十二 → 12, 五〇一 → 501, 一百零三 → 103: a number as houses, floors and rooms have it; any other text as it is. */
export function readHouseNumber(text: string): string {
  if (!COUNTED.test(text)) return text;
  const spelled = spell(text);
  if (!PLACE_LETTER.test(spelled)) return spelled;
  return SECTION_ONLY.test(spelled) ? String(sectionValue(spelled)) : text;
}
export const readHouseNumberSql = (text: string): string =>
  bound('written', text, (written) =>
    bound('spelled', `if(${COUNTED.testSql(written)}, ${spellSql(written)}, '')`, (spelled) => {
      const digits = `NOT ${PLACE_LETTER.testSql(spelled)}`;
      const section = `toString(${sectionValueSql(spelled)})`;
      return `multiIf(${spelled} = '', ${written}, ${digits}, ${spelled}, ${SECTION_ONLY.testSql(spelled)}, ${section}, ${written})`;
    }),
  );
