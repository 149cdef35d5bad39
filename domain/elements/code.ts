/** Words that stand for a code of a list: sex, state of a contract, kind of permit. */
import {
  codeListNamed,
  mapCode,
  mapCodeSql,
  normaliseWord,
  normaliseWordSql,
  type CodeListName,
} from '../codes/index.ts';
import { defineElement, type Element } from '../element.ts';
import { asText } from './check.ts';

/** A code word of no list yet. Contracts give a list, and `codedElement` the rule. */
export const codeWord = defineElement<string>({
  name: 'code',
  zh: '代码',
  standard: '本平台',
  level: 2,
  mask: 'none',
  ...asText,
  normalise: normaliseWord,
  normaliseSql: normaliseWordSql,
  checks: [],
});

/** The `code` element bound to a list: code, Chinese name or synonym in, code out; '' and the defect `unmapped` otherwise. */
export function codedElement(list: CodeListName): Element<string> {
  const { zh, standard } = codeListNamed(list);
  return {
    ...codeWord,
    zh,
    standard,
    checks: [
      {
        rule: 'unmapped',
        message: `is not in the code list ${zh} (${list})`,
        fails: (word) => mapCode(list, word) === '',
        failsSql: (x) => `(${mapCodeSql(list, x)} = '')`,
      },
    ],
    parse: (word) => mapCode(list, word),
    parseSql: (x) => mapCodeSql(list, x),
  };
}
