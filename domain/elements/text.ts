import { clean, cleanSql, compact, compactSql } from '../cleaning.ts';
import { defineElement } from '../element.ts';
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

const YES = ['是', '有', '对', 'Y', 'YES', 'T', 'TRUE', '1', '√', '已', '真'];
const NO = ['否', '无', '没有', '不是', 'N', 'NO', 'F', 'FALSE', '0', '×', '未', '假'];
const quoted = (words: string[]): string => words.map((word) => `'${word}'`).join(',');

/** '' and words that stand for nothing stay visible as missing, except 无, which answers the question with no. */
const booleanText = (raw: string): string => {
  const word = raw.normalize('NFKC').includes('无') && clean(raw) === '无' ? 'N' : compact(raw);
  return YES.includes(word) ? '1' : NO.includes(word) ? '0' : word;
};
const booleanTextSql = (raw: string): string => {
  const word = `if(${cleanSql(raw)} = '无', '0', ${compactSql(raw)})`;
  return `multiIf(${word} IN (${quoted(YES)}), '1', ${word} IN (${quoted(NO)}), '0', ${word})`;
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
      message: 'is neither yes nor no (是/否, 有/无, Y/N, 1/0)',
      fails: (word) => word !== '0' && word !== '1',
      failsSql: (x) => `${x} NOT IN ('0', '1')`,
    },
  ],
  parse: (word) => (word === '1' ? 1 : word === '0' ? 0 : null),
  parseSql: (x) => `multiIf(${x} = '1', toNullable(toUInt8(1)), ${x} = '0', toUInt8(0), NULL)`,
});
