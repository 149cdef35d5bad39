/** What a rule may be, what each kind does to a text, and that nothing people write is anything but text. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Element } from '../../domain/element.ts';
import { elements } from '../../domain/elements/index.ts';
import {
  cleaningRules,
  type Definition,
  definitionSchema,
  draftRule,
} from '../../pipelines/cleaning/index.ts';
import { inert } from '../../pipelines/cleaning/inert.ts';
import { actionSchema, isTextAction } from '../../pipelines/cleaning/rule.ts';
import { textSql } from '../../pipelines/cleaning/text-sql.ts';
import { rowsOf } from '../support/deliveries.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';
import { HOSTILE } from '../support/hostile-texts.ts';

const MEMBER = 'operations.household_member';
const by = { user: 'clerk', reason: '测试' };

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(async () => {
  await platform.close();
});
const define = (action: unknown, more: Partial<Definition> = {}): Definition =>
  definitionSchema.parse({ dataset: MEMBER, action, ...more });

/** Rule, and what it makes of one text of its field. */
const KINDS_OF_TEXT: [string, Record<string, unknown>, string, string][] = [
  ['full to half width', { kind: 'width', to: 'half' }, '１３８　Ａ', '138 A'],
  ['half to full width', { kind: 'width', to: 'full' }, '138 A', '１３８　Ａ'],
  ['spaces gone', { kind: 'space', keep: 'none' }, '\u3000安 居\u00a0', '安居'],
  ['spaces single', { kind: 'space', keep: 'single' }, ' a \u3000 b ', 'a b'],
  ['upper case', { kind: 'case', to: 'upper' }, 'abc安', 'ABC安'],
  [
    'qualifier at the end',
    { kind: 'strip', words: ['公司', '（临时）'], at: 'end' },
    '公司A（临时）公司',
    '公司A',
  ],
  ['qualifier anywhere', { kind: 'strip', words: ['.*', "')"] }, "a.*b')c", 'abc'],
  ['words to codes', { kind: 'map', words: { '离婚 状态': '40' } }, '离婚状态', '40'],
  ['万元', { kind: 'unit', from: 'wan_yuan' }, '1,234.5', '12345000'],
  ['万元 has its own unit already', { kind: 'unit', from: 'wan_yuan' }, '1.5万元', '1.5万元'],
  ['亩', { kind: 'unit', from: 'mu' }, '0.15', '100'],
  ['text for text', { kind: 'replace', find: 'a.c', with: '$1' }, 'abca.c', 'abc$1'],
  ['pattern', { kind: 'replace', find: '^(.)-(.)$', with: '$2$$\\$1', pattern: true }, 'a-b', 'b$\\a'],
  ['two-digit years', { kind: 'date', pivot: 26 }, '49-12-31', '1949-12-31'],
  ['day first', { kind: 'date', order: 'day_first' }, '31/12/1949', '1949-12-31'],
  ['years of the Republic', { kind: 'date', order: 'roc' }, '民國113年1月5日', '2024年1月5日'],
  ['no such day', { kind: 'date', order: 'day_first', pivot: 26 }, ' 长期 ', ' 长期 '],
  ['comma for a point', { kind: 'number', decimal: 'comma' }, '1.234,56', '1234.56'],
  ['no comma', { kind: 'number', decimal: 'comma' }, '1,234.56', '1,234.56'],
  ['default', { kind: 'default', value: '10' }, ' \u3000', '10'],
];
test('each kind of text rule does what it says, and leaves alone what it is not about', async () => {
  const expressions = KINDS_OF_TEXT.map(([, action, before]) => {
    const parsed = actionSchema.parse({ field: 'x', ...action });
    if (!isTextAction(parsed)) throw new Error('no text rule');
    return textSql(parsed, `materialize(${inert(before)})`, elements.text as Element);
  });
  const [row] = await rowsOf(platform, `SELECT [${expressions.join(', ')}] AS texts`);
  expect(row?.['texts']).toEqual(KINDS_OF_TEXT.map(([, , , after]) => after));
});

describe('no rule can hurt the warehouse', () => {
  test('what people write is text and nothing else', async () => {
    const rows = await rowsOf(
      platform,
      `SELECT ${HOSTILE.map((text, i) => `${inert(text)} AS t${i}`).join(', ')}`,
    );
    expect(Object.values(rows[0] ?? {})).toEqual(HOSTILE);
    for (const hostile of HOSTILE) {
      const value = hostile.slice(0, 90);
      const { ruleId } = await draftRule(
        platform,
        define(
          { kind: 'map', field: 'employer', words: { [value]: value } },
          { when: [{ field: 'person_name', is: 'none_of', values: [value] }] },
        ),
        by,
      );
      expect((await cleaningRules.get(platform.store, ruleId)).definition.action).toEqual({
        kind: 'map',
        field: 'employer',
        words: { [value]: value },
      });
    }
  });

  test.each<[string, unknown, string]>([
    ['a field there is none of', { kind: 'case', field: 'nothing', to: 'upper' }, 'no field nothing'],
    ['the key', { kind: 'case', field: 'member_no', to: 'lower' }, 'which row it is'],
    [
      'a pattern RE2 does not know',
      { kind: 'replace', field: 'employer', find: '(?=a)', with: '', pattern: true },
      'engine cannot read',
    ],
    [
      'a pattern nobody knows',
      { kind: 'replace', field: 'employer', find: '(', with: '', pattern: true },
      'cannot be read',
    ],
    [
      'a pattern that explodes',
      { kind: 'replace', field: 'employer', find: '((a{1000}){1000}){1000}', with: '', pattern: true },
      'engine cannot read',
    ],
    [
      'a group there is none of',
      { kind: 'replace', field: 'employer', find: 'a', with: '$1', pattern: true },
      'no group',
    ],
    [
      'a code there is none of',
      { kind: 'map', field: 'sex_code', words: { 男: 'XX' } },
      'not in the code list',
    ],
    ['a default that is no value', { kind: 'default', field: 'phone', value: '12' }, 'neither a mobile'],
    ['a unit of something else', { kind: 'unit', field: 'phone', from: 'mu' }, 'is for area'],
    [
      'itself as authority',
      {
        kind: 'compare',
        field: 'phone',
        key: 'member_no',
        authority: MEMBER,
        authorityKey: 'member_no',
        authorityField: 'phone',
        onMismatch: 'keep',
      },
      'no authority',
    ],
  ])('refused: %s', async (_, action, message) => {
    await expect(draftRule(platform, define(action), by)).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining(message) as unknown,
    });
  });

  test('rules that grow a text end at a bound', async () => {
    const grow = actionSchema.parse({
      kind: 'replace',
      field: 'x',
      find: '.',
      with: '安居'.repeat(20),
      pattern: true,
    });
    if (!isTextAction(grow)) throw new Error('no text rule');
    const grown = Array.from({ length: 5 }).reduce<string>(
      (x) => textSql(grow, x, elements.text as Element),
      "materialize('安居')",
    );
    expect(await rowsOf(platform, `SELECT toUInt32(lengthUTF8(${grown})) AS most`)).toEqual([{ most: 4000 }]);
  });
});
