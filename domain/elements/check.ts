import type { ElementCheck } from '../element.ts';
import { pattern } from '../sql.ts';

/** Fails where the normalised text does not match. */
export function mustMatch(rule: string, source: string, message: string): ElementCheck {
  const matcher = pattern(source);
  return {
    rule,
    message,
    fails: (text) => !matcher.test(text),
    failsSql: (x) => `(NOT ${matcher.testSql(x)})`,
  };
}

/** Fails where the normalised text matches. */
export function mustNotMatch(rule: string, source: string, message: string): ElementCheck {
  const matcher = pattern(source);
  return { rule, message, fails: (text) => matcher.test(text), failsSql: (x) => matcher.testSql(x) };
}

/** A check that judges only texts of a form; the others fail another check already. */
export function wellFormed(source: string, check: ElementCheck): ElementCheck {
  const matcher = pattern(source);
  return {
    ...check,
    fails: (text) => matcher.test(text) && check.fails(text),
    // Not AND: what ClickHouse computes lazily it computes again for every use.
    failsSql: (x) => `bitAnd(${matcher.testSql(x)}, ${check.failsSql(x)})`,
  };
}

/** Fails where the text has more characters (code points) than allowed. */
export function mustNotExceed(characters: number): ElementCheck {
  return {
    rule: 'length',
    message: `is longer than ${characters} characters`,
    fails: (text) => [...text].length > characters,
    failsSql: (x) => `(lengthUTF8(${x}) > ${characters})`,
  };
}

/** Elements whose parsed value is the normalised text itself. */
export const asText = {
  type: 'String',
  parse: (text: string): string | null => text,
  parseSql: (expression: string): string => expression,
};

/** A spreadsheet turned the number into 4.30105E+17 and lost its digits. */
export const notFloated = mustNotMatch(
  'floated',
  '^[0-9](?:[.][0-9]+)?E[+]?[0-9]+$',
  'was turned into a floating-point number by a spreadsheet program and lost digits: send the column as text',
);
