/** Rules staff make: tried on what there is, then let into the standardising model, then taken out again. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { idCheckCharacter } from '../../domain/elements/index.ts';
import {
  activate,
  cleaningRules,
  definitionSchema,
  draftRule,
  storedRules,
  tryOut,
  unmappedWords,
} from '../../pipelines/cleaning/index.ts';
import type { Definition, Trial } from '../../pipelines/cleaning/index.ts';
import { findDataset } from '../../ingestion/contracts/index.ts';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { landDeliveries } from '../../pipelines/land.ts';
import { runPipeline, type RunResult } from '../../pipelines/runner.ts';
import { csvOf, putInInbox, rowsOf } from '../support/deliveries.ts';
import { HOSTILE } from '../support/hostile-texts.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

/** Each try-out reads the whole project: on a busy machine several take minutes. */
jest.setTimeout(400_000);

const MEMBER = 'operations.household_member';
const REGISTER = 'police.household_register';
const by = { user: 'clerk', reason: '测试' };
const SELECT = [
  'std_operations__household_member',
  'std_police__household_register',
  'cleaning_change',
  'cleaning_finding',
];

let platform: TestPlatform;
let before: Record<string, unknown>[];
const run = (): Promise<RunResult> => runPipeline(platform, { land: landDeliveries, select: SELECT });
const statusOf = ({ models }: RunResult): Record<string, string> =>
  Object.fromEntries(models.map(({ model, status, reason }) => [model, reason ?? status]));

const registerXml = (values: Record<string, string>): string => {
  const cells = findDataset(REGISTER)?.fields.map(
    ({ name, source }) => `<${source}>${values[name] ?? ''}</${source}>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><r><户籍>${cells?.join('') ?? ''}</户籍></r>`;
};
const idOf = (digits17: string): string => digits17 + idCheckCharacter(digits17);
const LI = idOf('11010519900228001');

const member = (no: string, values: Record<string, string>): Record<string, string> => ({
  member_no: no,
  application_no: 'A1',
  person_name: '张三',
  id_number: '11010519491231002X',
  ...values,
});

beforeAll(async () => {
  platform = await testPlatform();
  await putInInbox(
    platform,
    MEMBER,
    'member_20260101.csv',
    csvOf(MEMBER, [
      member('M1', { phone: '13800000001', marital_status: '离婚状态', birth_date: '49-12-31' }),
      member('M2', {
        person_name: '李四（临时）',
        id_number: LI,
        marital_status: '离婚状态',
        birth_date: '1990-02-28',
      }),
      member('M3', { person_name: '王五', id_number: idOf('11010519850607001'), marital_status: '已婚' }),
      member('M5', { person_name: '李四', id_number: LI, employer: '安居A' }),
    ]),
  );
  await putInInbox(
    platform,
    REGISTER,
    'register_20260101.xml',
    registerXml({ id_number: LI, person_name: '李思', birth_date: '1990-03-01' }),
  );
  const first = await run();
  expect(statusOf(first)).toMatchObject({ 'base.std_operations__household_member': 'built' });
  before = await rowsOf(platform, 'SELECT * FROM base.std_operations__household_member ORDER BY member_no');
});
afterAll(async () => {
  await platform.close();
});

const define = (action: unknown, more: Partial<Definition> = {}): Definition =>
  definitionSchema.parse({ dataset: MEMBER, action, ...more });

/** Drafts, tries and activates; gives the rule's number and what the try-out said. */
async function letIn(
  action: unknown,
  more: Partial<Definition> = {},
): Promise<{ ruleId: number; trial: Trial }> {
  const { ruleId } = await draftRule(platform, define(action, more), by);
  const trial = await tryOut(platform, ruleId, by, 'none');
  await activate(platform, ruleId, by);
  return { ruleId, trial };
}
const members = async (columns: string): Promise<Record<string, unknown>> => {
  const rows = await rowsOf(
    platform,
    `SELECT member_no, ${columns} FROM base.std_operations__household_member WHERE is_current = 1 ORDER BY member_no`,
  );
  return Object.fromEntries(rows.map(({ member_no, ...row }) => [String(member_no), Object.values(row)]));
};

test('words nobody knows are reported with the code they are like', async () => {
  const words = await unmappedWords(platform.warehouse, await contractsOf(platform.config));
  expect(words).toEqual([
    {
      dataset: MEMBER,
      field: 'marital_status',
      word: '离婚状态',
      rows: 2,
      list: 'marital_status',
      lastSeen: '2026-01-01',
      proposal: { code: '40', zh: '离婚', similarity: 0.8 },
    },
  ]);
});

test('a rule is tried, works from the next run on, and keeps before, after and rule', async () => {
  const { ruleId, trial } = await letIn({ kind: 'map', field: 'marital_status', words: { 离婚状态: '40' } });
  expect(trial).toMatchObject({
    rows: 4,
    changed: 2,
    defects: { before: 2, after: 0 },
    samples: [{ field: 'marital_status', before: '离婚状态', after: '40', rows: 2 }],
    tables: [{ table: 'base.std_operations__household_member', rows: 4, gone: 2, come: 2, published: true }],
  });
  await letIn({ kind: 'date', field: 'birth_date', pivot: 26 });
  const strip = await letIn({ kind: 'strip', field: 'person_name', words: ['（临时）'] });
  expect(strip.trial.samples).toEqual([{ field: 'person_name', before: '李****）', after: '李*', rows: 1 }]);
  const result = await run();
  expect(statusOf(result)).toEqual({
    'base.std_operations__household_member': 'built',
    'base.std_police__household_register': 'skipped',
    'base.cleaning_change': 'built',
    'base.cleaning_finding': 'built',
  });
  expect(await members('person_name, toString(birth_date), marital_status, _defects')).toEqual({
    M1: ['张三', '1949-12-31', '40', []],
    M2: ['李四', '1990-02-28', '40', []],
    M3: ['王五', null, '20', []],
    M5: ['李四', null, '', []],
  });
  const changes = await rowsOf(
    platform,
    'SELECT field, value_before, value_after, shown_before, toUInt32(rule_id) AS rule FROM base.cleaning_change ORDER BY field, row_no',
  );
  expect(changes).toHaveLength(4);
  expect(changes).toContainEqual({
    field: 'marital_status',
    value_before: '离婚状态',
    value_after: '40',
    shown_before: '离婚状态',
    rule: ruleId,
  });
  expect(changes).toContainEqual(
    expect.objectContaining({
      field: 'person_name',
      value_before: '李四（临时）',
      value_after: '李四',
      shown_before: '李****）',
    }),
  );
  expect(await unmappedWords(platform.warehouse, await contractsOf(platform.config))).toEqual([]);
});

test('analysts see what was changed under masks only', async () => {
  const rows = await rowsOf(
    platform,
    "SELECT value_before, shown_after FROM open_base.cleaning_change WHERE field = 'person_name'",
  );
  expect(rows).toEqual([{ value_before: '***', shown_after: '李*' }]);
  const std = await rowsOf(
    platform,
    "SELECT DISTINCT _cleaned FROM open_base.std_operations__household_member WHERE person_name != ''",
  );
  expect(std).toEqual([{ _cleaned: '***' }]);
});

test('conditions and effective dates bound a rule', async () => {
  const phone = { kind: 'default', field: 'phone', value: '13800000009' };
  const { ruleId, trial } = await letIn(phone, {
    when: [{ field: 'marital_status', is: 'one_of', values: ['已婚', ' 未婚'] }],
  });
  expect(trial).toMatchObject({ changed: 1, samples: [{ before: '', after: '138****0009' }] });
  await cleaningRules.retire(platform.store, ruleId, by);
  for (const more of [{ effectiveFrom: '2026-01-02' }, { effectiveTo: '2026-01-01' }]) {
    const rule = await draftRule(platform, define(phone, more), by);
    expect(await tryOut(platform, rule.ruleId, by, 'none')).toMatchObject({ changed: 0 });
  }
});

test('comparison with the authority, duplicates and incomplete rows: marked, replaced, closed', async () => {
  const keys = { key: 'id_number', authority: REGISTER, authorityKey: 'id_number' };
  const compared = await letIn({
    kind: 'compare',
    field: 'person_name',
    authorityField: 'person_name',
    onMismatch: 'replace',
    ...keys,
  });
  expect(compared.trial).toMatchObject({
    changed: 2,
    findings: [
      { finding: 'mismatch', outcome: 'replaced', rows: 2 },
      { finding: 'unmatched', outcome: 'to_handle', rows: 2 },
    ],
  });
  await letIn({
    kind: 'compare',
    field: 'birth_date',
    authorityField: 'birth_date',
    onMismatch: 'flag',
    ...keys,
  });
  const duplicate = await letIn({
    kind: 'duplicate',
    fields: ['id_number', 'application_no'],
    survivor: 'most_complete',
    action: 'close',
  });
  expect(duplicate.trial.findings).toEqual([{ finding: 'duplicate', outcome: 'closed', rows: 1 }]);
  await letIn({ kind: 'incomplete', fields: ['phone', 'birth_date'] });
  await run();
  expect(await members('person_name, _defects')).toEqual({
    M1: ['张三', []],
    M2: ['李思', ['birth_date:mismatch', '*:incomplete']],
    M3: ['王五', ['*:incomplete']],
  });
  const findings = await rowsOf(
    platform,
    'SELECT finding, outcome, field, value_found, value_expected FROM base.cleaning_finding ORDER BY finding, field, value_found',
  );
  expect(findings).toContainEqual({
    finding: 'mismatch',
    outcome: 'to_handle',
    field: 'birth_date',
    value_found: '1990-02-28',
    value_expected: '1990-03-01',
  });
  expect(findings).toContainEqual({
    finding: 'incomplete',
    outcome: 'to_handle',
    field: 'phone,birth_date',
    value_found: '',
    value_expected: '',
  });
  const hashes = await rowsOf(
    platform,
    "SELECT hex(_key_hash) AS hash FROM base.std_operations__household_member WHERE member_no IN ('M5', 'M2') ORDER BY member_no DESC",
  );
  expect(findings).toContainEqual({
    finding: 'duplicate',
    outcome: 'closed',
    field: 'id_number,application_no',
    value_found: hashes[0]?.['hash'],
    value_expected: hashes[1]?.['hash'],
  });
});

test('what was tried against other rules is tried again before it is let in', async () => {
  const { ruleId } = await draftRule(platform, define({ kind: 'case', field: 'employer', to: 'upper' }), by);
  await expect(activate(platform, ruleId, by)).rejects.toMatchObject({ code: 'conflict' });
  await tryOut(platform, ruleId, by, 'none');
  await letIn({ kind: 'width', field: 'employer', to: 'half' });
  await expect(activate(platform, ruleId, by)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('Other rules') as unknown,
  });
});

test('a retired rule gives the values back; a next version takes the place of the one before', async () => {
  const rules = await storedRules(platform.store, { state: 'active' });
  for (const { ruleId } of rules) await cleaningRules.retire(platform.store, ruleId, by);
  const result = await run();
  expect(statusOf(result)['base.std_operations__household_member']).toBe('built');
  expect(
    await rowsOf(platform, 'SELECT * FROM base.std_operations__household_member ORDER BY member_no'),
  ).toEqual(before);
  expect(await rowsOf(platform, 'SELECT count() AS n FROM base.cleaning_change')).toEqual([{ n: '0' }]);
  const { ruleId } = await letIn({ kind: 'case', field: 'employer', to: 'upper' });
  const next = await draftRule(
    platform,
    define({ kind: 'case', field: 'employer', to: 'lower' }),
    by,
    ruleId,
  );
  expect(next).toMatchObject({ ruleId, version: 2, state: 'draft' });
  await tryOut(platform, ruleId, by, 'none');
  await activate(platform, ruleId, by);
  expect((await cleaningRules.list(platform.store, { ruleId })).map(({ state }) => state)).toEqual([
    'retired',
    'active',
  ]);
  expect(
    (await cleaningRules.events(platform.store, ruleId)).map(({ version, state }) => `${version} ${state}`),
  ).toEqual(['1 draft', '1 tried', '1 active', '2 draft', '2 tried', '1 retired', '2 active']);
  await cleaningRules.retire(platform.store, ruleId, by);
});

test('a rule of hostile words runs as one of words', async () => {
  const { trial } = await letIn({ kind: 'strip', field: 'employer', words: HOSTILE });
  expect(trial).toMatchObject({ rows: 4, changed: 0 });
  for (const { ruleId } of await storedRules(platform.store, { state: 'active' }))
    await cleaningRules.retire(platform.store, ruleId, by);
});

test('authorities in a circle are refused when tried', async () => {
  const keys = {
    field: 'person_name',
    key: 'id_number',
    authorityKey: 'id_number',
    authorityField: 'person_name',
    onMismatch: 'keep',
  };
  const { ruleId } = await letIn({ kind: 'compare', authority: REGISTER, ...keys });
  const back = await draftRule(
    platform,
    define({ kind: 'compare', authority: MEMBER, ...keys }, { dataset: REGISTER }),
    by,
  );
  await expect(tryOut(platform, back.ruleId, by, 'none')).rejects.toMatchObject({
    code: 'bad_configuration',
  });
  await cleaningRules.retire(platform.store, ruleId, by);
});
