/** Tags: what is refused, that texts of people stay texts, and that what comes with the product is whole. */
import { describe, expect, test } from '@jest/globals';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import { checkTag, holderModelSql } from '../../pipelines/tags/compile.ts';
import { isGiven, type Tag, tagSchema, timingOf } from '../../pipelines/tags/definition.ts';
import { inForce, shippedWith, type StaffTag } from '../../pipelines/tags/staff.ts';

const shipped = await shippedWith(MODELS_DIRECTORY);
const base = {
  tag: 'mine',
  zh: '我的标签',
  subject: 'person',
  theme: 'care',
  topic: 'attention',
  purpose: '试验',
};
const tagOf = (over: object): Tag =>
  tagSchema.parse({
    ...base,
    kind: 'model',
    when: [{ measure: 'age_years', is: 'at_least', value: 80 }],
    ...over,
  });
const refused = (tag: Tag): string => {
  try {
    checkTag(tag, shipped);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('what a tag may say', () => {
  test.each([
    [{ subject: 'dwelling' }, 'dwelling has no topic care/attention'],
    [{ topic: 'no_such' }, 'person has no topic care/no_such'],
    [{ when: [{ measure: 'no_such', is: 'yes' }] }, 'person has no measure no_such'],
    [{ when: [{ measure: 'age_years', is: 'yes' }] }, 'age_years is a number'],
    [{ except: [{ measure: 'sex_code', is: 'above', value: 1 }] }, 'sex_code is a word'],
    [{ since: 'age_years' }, 'age_years is no date'],
    [{ evidence: '{person_id}' }, 'its evidence names person_id'],
  ])('%j is refused by name', (over, message) => {
    expect(refused(tagOf(over))).toContain(message);
  });

  test('points look at measures that are there', () => {
    const points = [{ zh: '迟付', when: [{ measure: 'nothing', is: 'yes' }], points: 3 }];
    const among = [{ measure: 'is_tenant', is: 'yes' }];
    const tag = tagSchema.parse({ ...base, kind: 'predictive', outcome: '欠租', among, points, at_least: 3 });
    expect(refused(tag)).toContain('person has no measure nothing');
    const when = [{ measure: 'open_bills', is: 'at_least', value: 1 }];
    const comes_true = [{ measure: 'moved_out_after', is: 'yes' }];
    const said = { ...base, kind: 'predictive', outcome: '欠租', among, at_least: 3, comes_true };
    const measured = tagSchema.parse({ ...said, points: [{ zh: '欠租', when, points: 3 }] });
    expect(refused(measured)).toContain('nothing of the past of person is called moved_out_after');
  });

  test.each([
    // What one measure says is a fact; several make a model.
    {
      kind: 'fact',
      when: [
        { measure: 'is_tenant', is: 'yes' },
        { measure: 'is_local', is: 'yes' },
      ],
    },
    { kind: 'model', when: [] },
    { kind: 'fact', by_hand: true, when: [{ measure: 'is_tenant', is: 'yes' }] },
    { kind: 'predictive', when: [{ measure: 'is_tenant', is: 'yes' }] },
  ])('%j is no tag', (over) => {
    expect(tagSchema.safeParse({ ...base, ...over }).success).toBe(false);
  });
});

test('what people write reaches neither the template nor the engine as anything but text', () => {
  const hostile = "'; {{ config() }} {% raw %} \\' -- */";
  const sql = holderModelSql(
    [
      {
        ...tagOf({
          when: [{ measure: 'applicant_group', is: 'one_of', values: [hostile] }],
          evidence: `${hostile} {age_years}`,
        }),
        version: 3,
      },
    ],
    shipped,
  );
  expect(sql).not.toContain('config() }}');
  expect(sql).not.toContain('{%');
  expect(sql).not.toContain('-- */');
  expect(sql.match(/\{\{ config\(/g)).toHaveLength(1);
});

describe('what is told', () => {
  const active = (definition: StaffTag, version = 1): { definition: StaffTag; version: number } => ({
    definition,
    version,
  });
  const told = (staff: { definition: StaffTag; version: number }[]): Map<string, number> =>
    new Map(inForce(shipped, staff).map(({ tag, version }) => [tag, version]));

  test('the shipped ones, but for those staff changed or switched off, and staff’s own', () => {
    const tags = told([
      active({ off: 'minor' }),
      active({ tag: { ...tagOf({}), tag: 'elderly' } }, 4),
      active({ tag: tagOf({}) }, 2),
    ]);
    expect(tags.has('minor')).toBe(false);
    expect(tags.get('elderly')).toBe(4);
    expect(tags.get('mine')).toBe(2);
    expect(tags.get('young_adult')).toBe(0);
  });

  test('one whose measure is gone does nothing and holds nothing up', () => {
    const tag = tagOf({ when: [{ measure: 'was_there_once', is: 'yes' }] });
    expect(told([active({ tag })]).has('mine')).toBe(false);
  });

  test('nobody has any when all are switched off, and the model still stands', () => {
    const sql = holderModelSql([], shipped);
    expect(sql).toContain("ref('tag_given')");
    expect(sql).toContain('where 0');
  });
});

test('the product has tags of every kind of object, process and time', () => {
  const kinds = new Set(shipped.tags.map(({ kind }) => kind));
  expect(kinds).toEqual(new Set(['fact', 'model', 'predictive']));
  expect(new Set(shipped.tags.map(timingOf))).toEqual(new Set(['static', 'dynamic']));
  expect(new Set(shipped.tags.map(({ subject }) => subject))).toEqual(
    new Set(['person', 'household', 'dwelling', 'enterprise']),
  );
  for (const tag of shipped.tags) if (!isGiven(tag)) expect(tag.zh).not.toBe('');
});
