import {
  clean,
  cleanSql,
  nothingToEmpty,
  nothingToEmptySql,
  upperAscii,
  upperAsciiSql,
  withoutSpaces,
  withoutSpacesSql,
} from '../cleaning.ts';
import { defineElement } from '../element.ts';
import { sqlTextArray } from '../sql.ts';
import { asText, mustNotExceed } from './check.ts';

export const text = defineElement<string>({
  name: 'text',
  zh: '文本',
  standard: '本平台',
  level: 2,
  mask: 'none',
  ...asText,
  normalise: clean,
  normaliseSql: cleanSql,
  checks: [mustNotExceed(2000)],
});

const words = (list: string): string[] => list.split(' ');
/** Ticks and crosses as fonts have them; a crossed box (☒) and a letter X are ticks to some and crosses to others: neither. */
const YES = words('是 是的 有 对 對 已 已有 真 属实 Y YES T TRUE 1 1.0 √ ✓ ✔ ☑ ✅ 🗸 🗹');
const NO = words('否 无 無 没有 没 不是 不 非 未 未有 假 不属实 N NO F FALSE 0 0.0 × ✕ ✖ ✗ ✘ ❌ ╳');
const WORDS = new Map([
  ...YES.map((word) => [word, '1'] as const),
  ...NO.map((word) => [word, '0'] as const),
]);

/** '1', '0' or the word as it is; 无, elsewhere a word for "nothing", here answers the question with no. */
const booleanText = (raw: string): string => {
  const word = upperAscii(withoutSpaces(clean(raw)));
  return WORDS.get(word) ?? nothingToEmpty(word);
};
const booleanTextSql = (raw: string): string => {
  const word = upperAsciiSql(withoutSpacesSql(cleanSql(raw)));
  return nothingToEmptySql(
    `transform(${word}, ${sqlTextArray([...WORDS.keys()])}, ${sqlTextArray([...WORDS.values()])})`,
  );
};

export const booleanWord = defineElement<number>({
  name: 'boolean_word',
  zh: '是否',
  standard: '本平台',
  type: 'Nullable(UInt8)',
  level: 2,
  mask: 'none',
  normalise: booleanText,
  normaliseSql: booleanTextSql,
  checks: [
    {
      rule: 'format',
      message: 'is neither yes nor no (是/否, 有/无, ✓/×, Y/N, T/F, 1/0)',
      fails: (word) => word !== '0' && word !== '1',
      failsSql: (x) => `(${x} NOT IN ('0', '1'))`,
    },
  ],
  parse: (word) => (word === '1' ? 1 : word === '0' ? 0 : null),
  parseSql: (x) => `multiIf(${x} = '1', toNullable(toUInt8(1)), ${x} = '0', toUInt8(0), NULL)`,
});
