/** Rules of alert staff make: what stands in place of what, what is refused, and when periodic rules are looked at. */
import { describe, expect, test } from '@jest/globals';
import { type AlertRule, ruleSchema } from '../../pipelines/alerts/rule.ts';
import { periodStart } from '../../pipelines/alerts/schedule.ts';
import {
  checkDefinition,
  inForce,
  type ShippedAlerts,
  type StaffDefinition,
  staffDefinitionSchema,
} from '../../pipelines/alerts/staff.ts';
import { loadSubjects } from '../../pipelines/alerts/subjects.ts';
import { monthEndsBefore } from '../../pipelines/alerts/trial.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';

const ruleOf = (over: object): AlertRule =>
  ruleSchema.parse({
    ...{ rule: 'vacancy', zh: '空置', family: 'dwelling', level: 'low', due_days: 10, subject: 'dwelling' },
    when: [{ measure: 'vacancy_days', is: 'above', value: 10 }],
    evidence: '空置 {vacancy_days} 天',
    ...over,
  });
const sums = ruleSchema.parse({
  ...{ rule: 'sums', zh: '合计', family: 'project', level: 'low', due_days: 10, subject: 'project' },
  of: { subjects: ['dwelling'], levels: ['high'] },
});
const shipped: ShippedAlerts = {
  rules: [ruleOf({}), ruleOf({ rule: 'other', zh: '另一' }), sums],
  subjects: await loadSubjects(MODELS_DIRECTORY),
};
const changed = ruleOf({ level: 'high' });
const names = (staff: StaffDefinition[]): string[] =>
  inForce(shipped, staff).map(({ rule, level }) => `${rule} ${level}`);

describe('what is in force', () => {
  test('the shipped rules, with staff’s in place of those of the same name, and their own after them', () => {
    expect(names([])).toEqual(['vacancy low', 'other low', 'sums low']);
    expect(
      names([{ rule: changed }, { off: 'other' }, { rule: ruleOf({ rule: 'mine', zh: '我的' }) }]),
    ).toEqual(['vacancy high', 'sums low', 'mine low']);
  });

  test('a rule whose measure is gone does nothing and holds nothing up', () => {
    const lost = { when: [{ measure: 'gone_measure', is: 'yes' }] };
    expect(names([{ rule: ruleOf(lost) }, { rule: ruleOf({ ...lost, rule: 'mine' }) }])).toEqual([
      'vacancy low',
      'other low',
      'sums low',
    ]);
  });
});

describe('a definition is refused', () => {
  const refused = (definition: unknown, others: StaffDefinition[] = []): string => {
    try {
      checkDefinition(shipped, others, staffDefinitionSchema.parse(definition));
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  test.each([
    [
      'when it is about something else than the shipped rule',
      {
        rule: ruleOf({
          subject: 'contract',
          when: [{ measure: 'days_left', is: 'above', value: 1 }],
          evidence: 'x',
        }),
      },
      'is about dwelling as shipped',
    ],
    [
      'when it compares what the shipped one sums',
      { rule: { ...sums, of: undefined, when: [{ measure: 'vacancy_rate', is: 'present' }], evidence: 'x' } },
      'sums findings as shipped',
    ],
    ['when another rule has its title', { rule: ruleOf({ rule: 'mine' }) }, 'vacancy is called 空置 already'],
    ['when it switches off what is not shipped', { off: 'mine' }, 'is no shipped rule'],
    [
      'when a measure is not there',
      { rule: ruleOf({ rule: 'mine', zh: '我的', when: [{ measure: 'rent', is: 'yes' }] }) },
      'no measure rent',
    ],
  ])('%s', (_, definition, message) => {
    expect(refused(JSON.parse(JSON.stringify(definition)))).toContain(message);
  });

  test('when all of them together are longer than the engine takes', () => {
    const values = Array.from({ length: 200 }, (_, k) => `${'值'.repeat(90)}${k}`);
    const others = Array.from({ length: 12 }, (_, k) => ({
      rule: ruleOf({
        rule: `long_${k}`,
        zh: `长${k}`,
        when: [{ measure: 'dwelling_state', is: 'one_of', values }],
      }),
    }));
    const last = ruleOf({ rule: 'mine', zh: '我的' });
    expect(refused({ rule: last })).toBe('');
    expect(refused({ rule: last }, others)).toContain('too long together');
  });
});

test('periods begin on Mondays and the first of a month; month ends before a day', () => {
  expect(['2026-10-25', '2026-10-26', '2026-11-01'].map((day) => periodStart('weekly', day))).toEqual([
    '2026-10-19',
    '2026-10-26',
    '2026-10-26',
  ]);
  expect(periodStart('monthly', '2026-10-31')).toBe('2026-10-01');
  expect(monthEndsBefore('2026-10-31', 3)).toEqual(['2026-09-30', '2026-08-31', '2026-07-31']);
  expect(monthEndsBefore('2026-01-15', 1)).toEqual(['2025-12-31']);
});
