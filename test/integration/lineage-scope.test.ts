/** Who is confined to a division follows rows of base within it to their files, and no others. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { findDataset } from '../../ingestion/contracts/index.ts';
import { landDeliveries } from '../../pipelines/land.ts';
import { runPipeline } from '../../pipelines/runner.ts';
import { idCheckCharacter } from '../../domain/elements/index.ts';
import { signIn } from '../../api/auth/sessions.ts';
import { rowAnswer } from '../../api/operations/lineage.ts';
import { csvOf, putInInbox } from '../support/deliveries.ts';
import { problemOf, testApi, type TestApi } from '../support/api.ts';

jest.setTimeout(600_000);

const DIVISION = '439901';
const OTHER = '439902';
const jsonLines = (dataset: string, rows: Record<string, string>[]): string => {
  const fields = findDataset(dataset)?.fields ?? [];
  return rows
    .map((row) =>
      JSON.stringify(Object.fromEntries(fields.map(({ name, source }) => [source, row[name] ?? '']))),
    )
    .join('\n');
};
const idOf = (digits17: string): string => digits17 + idCheckCharacter(digits17);
let api: TestApi;

beforeAll(async () => {
  api = await testApi();
  const { platform } = api;
  const division = (code: string, name: string, parent: string, level: string) => ({
    ...{ division_code: code, division_name: name, parent_code: parent, level },
  });
  await putInInbox(
    platform,
    'geography.division',
    'division_20260101.jsonl',
    jsonLines('geography.division', [
      division('439900', '安澜市', '', 'city'),
      division(DIVISION, '甲区', '439900', 'district'),
      division(`${DIVISION}001`, '甲街道', DIVISION, 'street'),
      division(OTHER, '乙区', '439900', 'district'),
      division(`${OTHER}001`, '乙街道', OTHER, 'street'),
    ]),
  );
  const applicant = (no: string, code: string, serial: string) => ({
    ...{ application_no: no, applicant_name: '张三', applicant_id_number: idOf(`43990119800101${serial}`) },
    ...{ applied_on: '2025-01-01', application_state: '已通过', street_code: `${code}001` },
  });
  await putInInbox(
    platform,
    'operations.application',
    'application_20260101.csv',
    csvOf('operations.application', [applicant('AP100', DIVISION, '001'), applicant('AP200', OTHER, '002')]),
  );
  const member = (no: string, application_no: string) => ({
    ...{ member_no: no, application_no, person_name: '李四', kinship_code: '配偶' },
  });
  await putInInbox(
    platform,
    'operations.household_member',
    'member_20260101.csv',
    csvOf('operations.household_member', [member('M100', 'AP100'), member('M200', 'AP200')]),
  );
  const { models } = await runPipeline(platform, {
    land: landDeliveries,
    select: ['+application', '+dwelling', 'std_operations__household_member'],
  });
  expect(models.filter(({ status }) => status === 'failed')).toEqual([]);
  const { user, password } = api.users.staff;
  await api
    .as('administrator')
    .put(`/api/users/${user}`)
    .send({ role: 'staff', scopeDivision: DIVISION, isActive: true })
    .expect(200);
  api.users.staff.token = (await signIn(platform.store, user, password)).token;
});
afterAll(() => api.close());

const ask = (model: string, key: Record<string, string>) =>
  api.as('staff').post('/api/lineage/rows').send({ model, key });

test.each([
  // The row says itself where it is.
  ['base.application', { application_no: 'AP100' }, { application_no: 'AP200' }],
  // It says of which application it is, and that where it is.
  ['base.std_operations__household_member', { member_no: 'M100' }, { member_no: 'M200' }],
])('%s', async (model, within, outside) => {
  const answer = await ask(model, within);
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  const { deliveries } = rowAnswer.parse(answer.body);
  expect(deliveries.map(({ rowNos }) => rowNos.length)).toContain(1);
  expect(JSON.stringify(deliveries)).not.toMatch(/张三|李四|439901198/);
  // As if it were not there.
  expect(problemOf(await ask(model, outside))).toMatchObject({ status: 404 });
  rowAnswer.parse(
    (await api.as('leader').post('/api/lineage/rows').send({ model, key: outside }).expect(200)).body,
  );
});

test('rows that nothing places are not shown to them at all', async () => {
  expect(problemOf(await ask('base.division_code', { division_code: '430000' }))).toMatchObject({
    status: 403,
  });
});
