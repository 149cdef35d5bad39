import { describe, expect, test } from '@jest/globals';
import { codedElement, elements } from '../../domain/elements/index.ts';
import { datasets } from '../../ingestion/contracts/index.ts';
import { failureMessages } from '../../ingestion/landing/check-sql.ts';
import { RULES_ZH } from '../../ingestion/quarantine/rules-zh.ts';

// What readers find is held to words by its type (WordedRule); what elements and contracts check is data.
describe('every rule that can set a row aside has a word a clerk reads', () => {
  test('of elements', () => {
    const rules = [...Object.values(elements), codedElement('sex')].flatMap(({ checks }) =>
      checks.map(({ rule }) => rule),
    );
    expect(rules.length).toBeGreaterThan(40);
    expect(rules.filter((rule) => !(rule in RULES_ZH))).toEqual([]);
  });

  test('of contracts, which word their own rules', () => {
    const unworded = datasets.flatMap((dataset) => {
      const own = dataset.checks.map(({ rule }) => rule);
      const all = [...failureMessages(dataset).keys()].map((key) => key.slice(key.lastIndexOf(':') + 1));
      return all.filter((rule) => !(rule in RULES_ZH) && !own.includes(rule));
    });
    expect([...new Set(unworded)]).toEqual([]);
  });
});
