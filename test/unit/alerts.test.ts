/** Rules of alert: what is refused, that texts of people stay texts, and that every number of the requirement is answered. */
import { describe, expect, test } from '@jest/globals';
import { checkRule, violationModelSql } from '../../pipelines/alerts/compile.ts';
import { alertCoveragePage, alertNumbers } from '../../pipelines/alerts/page.ts';
import { type AlertRule, ruleSchema } from '../../pipelines/alerts/rule.ts';
import { shippedRules } from '../../pipelines/alerts/shipped.ts';
import { loadSubjects } from '../../pipelines/alerts/subjects.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';

const subjects = await loadSubjects(MODELS_DIRECTORY);
const ruleOf = (over: object): AlertRule =>
  ruleSchema.parse({
    rule: 'mine',
    zh: '我的规则',
    family: 'dwelling',
    level: 'low',
    due_days: 10,
    subject: 'dwelling',
    when: [{ measure: 'vacancy_days', is: 'above', value: 10 }],
    evidence: '空置 {vacancy_days} 天',
    ...over,
  });
const refused = (over: object): string => {
  try {
    checkRule(ruleOf(over), subjects);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('what a rule may compare', () => {
  test.each([
    [{ subject: 'person' }, 'there is no subject person'],
    [{ when: [{ measure: 'no_such', is: 'yes' }] }, 'dwelling has no measure no_such'],
    [{ when: [{ measure: 'vacancy_days', is: 'yes' }] }, 'vacancy_days is a number'],
    [{ when: [{ measure: 'is_let', is: 'above', value: 1 }] }, 'is_let is a yes_no'],
    [{ except: [{ measure: 'dwelling_state', is: 'above', value: 1 }] }, 'dwelling_state is a word'],
    [{ raise: [{ level: 'high', when: [{ measure: 'rent', is: 'yes' }] }] }, 'no measure rent'],
    [{ since: 'vacancy_days' }, 'vacancy_days is no date'],
    [{ evidence: '{person_id}' }, 'its evidence names person_id'],
  ])('%j is refused by name', (over, message) => {
    expect(refused(over)).toContain(message);
    expect(refused(over)).toContain('mine');
  });

  test.each(['1e9', '1; drop table', '0.12345', '', '--1'])('%j is no number', (value) => {
    expect(() => ruleOf({ when: [{ measure: 'vacancy_days', is: 'above', value }] })).toThrow();
  });

  test('a rule that fits is not refused', () => {
    expect(refused({})).toBe('');
  });
});

test('what people write reaches neither the template nor the engine as anything but text', () => {
  const hostile = "'; {{ config() }} {% raw %} \\' -- */";
  const sql = violationModelSql(
    [
      ruleOf({
        zh: hostile,
        evidence: `${hostile} {vacancy_days}`,
        when: [{ measure: 'dwelling_state', is: 'one_of', values: [hostile] }],
      }),
    ],
    subjects,
  );
  const templates = sql.match(/\{\{.*?\}\}|\{%.*?%\}/g) ?? [];
  expect(templates.filter((one) => !/^\{\{ (as_of\(\)|ref\('[a-z_]+'\)|config\()/.test(one))).toEqual([]);
  expect(sql).not.toContain('drop');
  expect(sql).not.toContain('-- */');
});

test('each of the 100 numbers has a rule or a reason, and no rule names another', async () => {
  const rules = await shippedRules(MODELS_DIRECTORY, subjects);
  const { content } = await alertCoveragePage(MODELS_DIRECTORY);
  expect(alertNumbers()).toHaveLength(100);
  expect(content).toContain(' 0 are unexplained.');
  const named = rules.flatMap(({ references }) => references).filter((one) => /^AL\d+$/.test(one));
  expect(named.filter((one) => !alertNumbers().includes(one))).toEqual([]);
});
