/** Rules of eligibility and indicators of credit as they are shipped, and what of a definition is refused. */
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findDataset } from '../../ingestion/contracts/index.ts';
import { rulesOf } from '../../pipelines/alerts/shipped.ts';
import { loadCredit } from '../../pipelines/credit/definitions.ts';
import { shippedCreditSeeds } from '../../pipelines/credit/shipped.ts';
import { ANALYSES, contractsOfFact, loadDefinitions } from '../../pipelines/eligibility/definitions.ts';
import { judgeSql, verdictSql } from '../../pipelines/eligibility/judge-sql.ts';
import { prereviewCoveragePage } from '../../pipelines/eligibility/page.ts';
import {
  checkRules,
  datasetsOfRule,
  type EligibilityRule,
  ruleSchema,
  shippedRules,
} from '../../pipelines/eligibility/rule.ts';
import { rulesFor } from '../../pipelines/eligibility/judge.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';

const known = await loadDefinitions(MODELS_DIRECTORY);
const rules = await shippedRules(MODELS_DIRECTORY, known);
const analyses = Object.keys(ANALYSES) as (keyof typeof ANALYSES)[];

describe('the 25 data sets of pre-review', () => {
  test('each has a contract with the columns its facts name, and a rule that decides', async () => {
    expect([...known.datasets.keys()]).toEqual(
      Array.from({ length: 25 }, (_, k) => `A1-${String(k + 1).padStart(2, '0')}`),
    );
    for (const fact of known.facts.values())
      for (const dataset of contractsOfFact(known, fact)) {
        const names = findDataset(dataset)?.fields.map(({ name }) => name);
        for (const person of fact.person)
          expect([dataset, names]).toEqual([dataset, expect.arrayContaining([person])]);
      }
    const judged = new Set(
      [...rules.values()]
        .filter(({ decides }) => decides)
        .flatMap((rule) => datasetsOfRule(rule, rules, known)),
    );
    expect([...judged].toSorted()).toEqual([...known.datasets.keys()]);
    expect((await prereviewCoveragePage(MODELS_DIRECTORY)).content).toContain(' 0 are unexplained');
  });
});

describe('a rule', () => {
  const rule = (more: object): EligibilityRule =>
    ruleSchema.parse({
      ...{ rule: 'own', zh: '自定', kind: 'quantitative', analysis: 'property', measure: 'homes' },
      ...{ to: { is: 'at_most', value: '0' }, reason: '住房 {homes} 处', ...more },
    });
  const refused = (one: EligibilityRule) => () => checkRules(new Map([...rules, [one.rule, one]]), known);

  test('compares what is there, by bounds that are numbers', () => {
    refused(rule({}))();
    expect(refused(rule({ measure: 'wealth' }))).toThrow('no measure wealth');
    expect(refused(rule({ measure: 'is_insured' }))).toThrow('yes_no');
    expect(refused(rule({ reason: '{secret}' }))).toThrow('secret');
    expect(refused(rule({ starts: '2026-02-01', ends: '2026-01-01' }))).toThrow('ends before');
    expect(() => rule({ to: undefined })).toThrow();
    expect(() => rule({ to: { is: 'at_most', value: '1) OR (1' } })).toThrow();
    expect(() => rule({ sql: '1' })).toThrow();
  });

  test('is no part of itself, however far round', () => {
    const part = (name: string, all: string[]): EligibilityRule =>
      ruleSchema.parse({
        rule: name,
        zh: '组合',
        kind: 'combined',
        analysis: 'property',
        all,
        reason: '组合',
      });
    const ring = new Map([...rules, ['one', part('one', ['two'])], ['two', part('two', ['one'])]] as const);
    expect(() => checkRules(ring, known)).toThrow('part of itself');
    expect(refused(part('own', ['nobody']))).toThrow('no rule nobody');
  });

  test('is meant for programmes, known ones and once; a combination only for those of all its parts', () => {
    refused(rule({ programmes: ['prh', 'subsidy'] }))();
    expect(() => rule({ programmes: [] })).toThrow();
    expect(() => rule({ programmes: ['prh', 'prh'] })).toThrow('twice');
    expect(() => rule({ programmes: ['palace'] })).toThrow();
    const whole = (more: object): EligibilityRule =>
      ruleSchema.parse({
        ...{ rule: 'own', zh: '自定', kind: 'combined', analysis: 'fund', reason: '组合' },
        ...{ any: ['income_line', 'insured'], ...more },
      });
    expect(refused(whole({}))).toThrow('income_line is meant for prh, subsidy alone');
    expect(refused(whole({ programmes: ['prh', 'arh'] }))).toThrow('income_line');
    refused(whole({ programmes: ['prh'] }))();
  });

  test('of the shipped ones: the line of income is not for affordable rental', () => {
    expect(rules.get('income')?.programmes).toEqual(['prh', 'subsidy']);
    expect(rules.get('no_home')?.programmes).toBeUndefined();
  });

  test('says nothing its author wrote but as text', () => {
    const hostile = rule({ reason: "'); DROP TABLE base.person --", decides: 'refuse' });
    const sql = judgeSql([hostile], new Map([['own', hostile]]), known, new Set());
    expect(sql).not.toContain('DROP TABLE');
  });

  test('judges at applications or as long as something is held, each after its parts', () => {
    const told = rulesFor(rules, 'application', analyses).map(({ rule: name }) => name);
    expect(told).not.toContain('not_moved_away');
    expect(told.indexOf('insured')).toBeLessThan(told.indexOf('insured_here'));
    expect(told.indexOf('insured_here')).toBeLessThan(told.indexOf('tied_to_city'));
    expect(rulesFor(rules, 'holding', ['police']).map(({ rule: name }) => name)).toContain('not_moved_away');
  });

  test('is a doubt at best while a data set is silent', () => {
    const told = rulesFor(rules, 'application', analyses);
    expect(verdictSql(told, rules, known, new Set(['A1-16']))).toMatch(/toUInt8\(1\)\]\)$/);
    expect(verdictSql(told, rules, known, new Set())).toMatch(/toUInt8\(2\)\]\)$/);
  });
});

describe('indicators of credit', () => {
  test('become a seed: cases cost what their rule says, and only rules that cost something count', async () => {
    const credit = await loadCredit(MODELS_DIRECTORY);
    const alerts = await rulesOf(MODELS_DIRECTORY);
    const [indicators] = shippedCreditSeeds(credit, alerts);
    const sublet = alerts.find(({ rule }) => rule === 'sublet');
    expect(indicators?.content).toContain(
      `"case:sublet","tenant_sublet","违规转租或他人居住","tenant","-${sublet?.credit_points}.00"`,
    );
    expect(() => shippedCreditSeeds(credit, [])).toThrow('there is no rule');
    // Each shipped rule with points costs somebody credit, and what the landlord did costs the landlord.
    for (const { rule, credit_points } of alerts)
      if (credit_points > 0) expect(indicators?.content).toContain(`"case:${rule}"`);
    expect(indicators?.content).toContain(
      '"case:rent_over_limit","enterprise_letting","违规出租","enterprise"',
    );
    const free = alerts.map((rule) => ({ ...rule, credit_points: 0 }));
    expect(() => shippedCreditSeeds(credit, free)).toThrow('costs no points');
  });

  test('and grades of the file are those of the test of the mart', async () => {
    const text = await readFile(join(MODELS_DIRECTORY, 'credit', 'indicators.yml'), 'utf8');
    const { grades } = parse(text) as { grades: { grade: string }[] };
    expect(grades.map(({ grade }) => grade)).toEqual(['A', 'B', 'C', 'D']);
  });
});
