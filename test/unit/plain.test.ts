import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { datasets } from '../../ingestion/contracts/index.ts';
import type { Field } from '../../ingestion/contract.ts';
import { fieldElement } from '../../ingestion/generate/field-element.ts';
import { plainOf } from '../../ingestion/generate/plain.ts';

/** One field of each kind that has a plain form. */
const kinds = new Map<string, Field>();
for (const field of datasets.flatMap(({ fields }) => fields)) {
  if (plainOf(field)) kinds.set(`${field.element} ${field.codes ?? ''}`, field);
}

describe.each([...kinds])('%s', (_, field) => {
  const element = fieldElement(field);
  const loose = plainOf(field, false, false);
  const forms = [plainOf(field), ...(loose?.isText === false ? [loose] : [])];

  test.each(forms)('a plain text is normalised as it says, and a valid one fails no check', (plain) => {
    if (!plain) throw new Error('no plain form');
    const texts = plain.source
      ? fc.stringMatching(new RegExp(plain.source, 'u'))
      : fc.constantFrom(...words(field));
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(plain.test(text));
        const normalised = element.normalise(text);
        if (plain.isText !== false) expect(normalised).toBe(plain.value ? plain.value(text) : text);
        const isMissing = plain.isText === false && normalised === '';
        const failures = element.checks
          .filter((check) => !isMissing && check.fails(normalised))
          .map(({ rule }) => rule);
        if (plain.isValid) expect({ text, failures }).toEqual({ text, failures: [] });
      }),
      { numRuns: 300 },
    );
  });
});

/** Words a list or a question may be answered with, plain or not. */
function words(field: Field): string[] {
  if (field.element === 'boolean_word') return ['是', '否', '0', '1'];
  const found = new Set<string>();
  const element = fieldElement(field);
  for (const code of Array.from({ length: 100 }, (_, i) => String(i)).concat(
    'A',
    'B',
    'I',
    'U',
    'D',
    '男',
    '女',
  ))
    found.add(code);
  const sql = element.parseSql('x');
  for (const [, word = ''] of sql.matchAll(/'([^']+)'/g)) found.add(word);
  return [...found].filter((word) => plainOf(field)?.test(word));
}
