/** Numbers of other certificates than the identity card: checked as what they are, and people by them. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { certificateNoKindSql, idCheckCharacter } from '../../domain/elements/index.ts';
import { recordSchema, resourceDefinitions } from '../../api/resources/definition.ts';
import { activate, definitionSchema, draftRule, tryOut } from '../../pipelines/cleaning/index.ts';
import { landDeliveries } from '../../pipelines/land.ts';
import { runPipeline } from '../../pipelines/runner.ts';
import { csvOf, putInInbox, rowsOf } from '../support/deliveries.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

jest.setTimeout(400_000);

const MEMBER = 'operations.household_member';
const idOf = (digits17: string): string => digits17 + idCheckCharacter(digits17);
const ID = idOf('43990119800101001');

/** What is written, and what it is: the number in base, '' where it is marked, and by which rule. */
const WRITTEN: [kind: string, number: string, canonical: string, rule: string, as: string][] = [
  ['', ID, ID, '', 'id_card'],
  ['居民身份证', `${ID.slice(0, 17)}${ID.endsWith('1') ? '2' : '1'}`, '', 'checksum', ''],
  ['护照', 'e1234 5678', 'E12345678', '', 'passport'],
  ['', 'EA1234567', 'EA1234567', '', 'passport'],
  ['护照', '123456789', '414:123456789', '', 'passport'],
  // The same eight digits on a passport and on a permit are two people.
  ['普通护照', '12345678', '414:12345678', '', 'passport'],
  ['台胞证', '12345678', '511:12345678', '', 'taiwan_permit'],
  ['回乡证', 'H1234567801', 'H12345678', '', 'hk_macao_permit'],
  ['', 'M12345678', 'M12345678', '', 'hk_macao_permit'],
  ['港澳居民居住证', idOf('81000019900101001'), idOf('81000019900101001'), '', 'hk_macao_permit'],
  ['外国人永久居留证', 'USA110090010112', 'USA110090010112', '', 'foreigner_card'],
  ['外国人永久居留证', idOf('91112419900101001'), idOf('91112419900101001'), '', 'foreigner_card'],
  ['外国人永久居留证', 'USA110090130112', '', 'foreigner_card', ''],
  ['护照', '12345', '', 'passport', ''],
  // Without a word of its kind eight digits are an identity number that lost ten.
  ['', '12345678', '', 'format', ''],
];

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
  const rows = WRITTEN.map(([certificate_kind, id_number], i) => ({
    ...{ member_no: `M${i + 10}`, application_no: 'A1', person_name: '张三', certificate_kind, id_number },
  }));
  await putInInbox(platform, MEMBER, 'member_20260101.csv', csvOf(MEMBER, rows));
  // A file of before the column was known.
  const [header = '', line = ''] = csvOf(MEMBER, [
    { member_no: 'OLD1', application_no: 'A1', id_number: 'E12345678' },
  ]).split('\n');
  const cut = (text: string): string => text.slice(0, text.lastIndexOf(','));
  expect(header).toMatch(/,身份证件类别$/);
  await putInInbox(platform, MEMBER, 'member_20260108.csv', `${cut(header)}\n${cut(line)}\n`);
  const { models } = await runPipeline(platform, {
    land: landDeliveries,
    select: ['+person'],
  });
  expect(models.filter(({ status }) => status !== 'built' && status !== 'skipped')).toEqual([]);
});
afterAll(() => platform.close());

test('each is checked by the element of its kind and kept in one form', async () => {
  const rows = await rowsOf(
    platform,
    `SELECT member_no, id_number, certificate_kind, arrayStringConcat(_defects, ' ') AS defects, ${certificateNoKindSql('id_number')} AS kind
     FROM base.std_operations__household_member WHERE member_no LIKE 'M%' ORDER BY member_no`,
  );
  expect(rows.map(({ id_number, defects, kind }) => [id_number, defects, kind])).toEqual(
    WRITTEN.map(([, , canonical, rule, as]) => [canonical, rule === '' ? '' : `id_number:${rule}`, as]),
  );
  expect(rows[2]?.['certificate_kind']).toBe('passport');
});

test('a person is known by kind and number; the passport told twice is one person', async () => {
  const found = await rowsOf(
    platform,
    'SELECT id_number, uniqExact(person_id) AS ids, sum(records) AS records FROM base.person_source GROUP BY id_number ORDER BY id_number',
  );
  const valid = WRITTEN.map(([, , canonical]) => canonical).filter((number) => number !== '');
  expect(found.map(({ id_number }) => id_number)).toEqual([...new Set(valid)].sort());
  expect(found.find(({ id_number }) => id_number === 'E12345678')).toMatchObject({ records: '2' });
  const [{ ids } = { ids: 0 }] = await rowsOf(
    platform,
    'SELECT toUInt32(uniqExact(person_id)) AS ids FROM base.person_source',
  );
  expect(ids).toBe(found.length);
  // A passport says neither when somebody was born nor whether it is a woman.
  expect(
    await rowsOf(
      platform,
      "SELECT id_number, certificate_kind, sex_code, birth_date FROM base.person WHERE certificate_kind = 'passport' ORDER BY id_number LIMIT 1",
    ),
  ).toEqual([{ id_number: '414:12345678', certificate_kind: 'passport', sex_code: '', birth_date: null }]);
});

test('staff enter them by the same rule', () => {
  const application = resourceDefinitions.find(({ entity }) => entity === 'application');
  if (!application) throw new Error('no applications');
  const schema = recordSchema(application);
  const given = { application_no: 'A1', applied_on: '2026-01-01' };
  const read = (certificate_kind: string, applicant_id_number: string) =>
    schema.safeParse({ ...given, certificate_kind, applicant_id_number });
  expect(read('护照', 'e12345678')).toMatchObject({
    success: true,
    data: { applicant_id_number: 'E12345678' },
  });
  expect(read('护照', '123456789')).toMatchObject({
    success: true,
    data: { applicant_id_number: '414:123456789', certificate_kind: 'passport' },
  });
  for (const [kind, number, rule] of [
    ['', '123456789', 'format'],
    ['护照', '1', 'passport'],
  ] as const)
    expect(read(kind, number).error?.issues).toEqual([
      expect.objectContaining({ path: ['applicant_id_number'], params: { rule } }),
    ]);
  expect(read('护照', '').success).toBe(false);
});

test('what a cleaning rule makes of a number is checked as of the kind the row names', async () => {
  const by = { user: 'clerk', reason: '测试' };
  const action = { kind: 'strip', field: 'id_number', words: ['证号'], at: 'start' };
  const { ruleId } = await draftRule(platform, definitionSchema.parse({ dataset: MEMBER, action }), by);
  await tryOut(platform, ruleId, by, 'none');
  await activate(platform, ruleId, by);
  const written = { application_no: 'A1', person_name: '李四', id_number: '证号87654321' };
  await putInInbox(
    platform,
    MEMBER,
    'member_20260115.csv',
    csvOf(MEMBER, [
      { ...written, member_no: 'R1', certificate_kind: '护照' },
      { ...written, member_no: 'R2', certificate_kind: '' },
    ]),
  );
  const select = ['std_operations__household_member'];
  const { models } = await runPipeline(platform, { land: landDeliveries, select });
  expect(models.filter(({ status }) => status === 'failed')).toEqual([]);
  expect(
    await rowsOf(
      platform,
      "SELECT member_no AS no, id_number, _defects AS defects FROM base.std_operations__household_member WHERE no LIKE 'R%' ORDER BY no",
    ),
  ).toEqual([
    { no: 'R1', id_number: '414:87654321', defects: [] },
    { no: 'R2', id_number: '', defects: ['id_number:format'] },
  ]);
});
