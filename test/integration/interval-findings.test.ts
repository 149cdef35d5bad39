/** Gaps, overlaps and orphans between dwelling, contract and occupant; a renewal is neither. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { intervalsTold } from '../../pipelines/quality/intervals-told.ts';
import { refreshOpenViews } from '../../pipelines/open-views.ts';
import { intervalsSchema, subjectRowsSchema } from '../../pipelines/quality/intervals.ts';
import { signIn } from '../../api/auth/sessions.ts';
import { testApi, type TestApi } from '../support/api.ts';
import { temporaryDirectory, type TestPlatform } from '../support/platform.ts';
import {
  baseProjectOnHandMadeRows,
  createStdTables,
  deliverStd,
  type StdRow,
} from '../support/std-tables.ts';

jest.setTimeout(600_000);

const TENANT = '439901198001010011';
const OTHER = '439901198502020028';
let api: TestApi;
let platform: TestPlatform;
let project: { path: string; dispose: () => Promise<void> };

const contract = (contract_no: string, starts_on: string, ends_on: string, more: StdRow = {}): StdRow => ({
  ...{ contract_no, house_code: 'H1', tenant_id_number: TENANT, tenant_name: '张伟明' },
  ...{ contract_state: 'expired', starts_on, ends_on, ...more },
});
const occupant = (occupant_no: string, contract_no: string, moved_in_on: string, out?: string): StdRow => ({
  ...{ occupant_no, contract_no, house_code: 'H1', moved_in_on, moved_out_on: out ?? null },
});

beforeAll(async () => {
  api = await testApi();
  platform = api.platform;
  project = await temporaryDirectory();
  await baseProjectOnHandMadeRows(project.path);
  await createStdTables(platform.warehouse);
  const { warehouse } = platform;
  await deliverStd(warehouse, 'operations.dwelling', 1, [
    { dwelling_no: 'D1', house_code: 'H1' },
    { dwelling_no: 'D2', house_code: 'H2' },
  ]);
  await deliverStd(warehouse, 'property.house_registry', 1, [
    { house_code: 'H1', water_meter_no: 'W1', gas_meter_no: 'G1', division_code: '439901001' },
    { house_code: 'H2', water_meter_no: 'W1', gas_meter_no: 'G2', division_code: '439902001' },
  ]);
  await deliverStd(warehouse, 'geography.division', 1, [
    { division_code: '439900', division_name: '安澜市', level: 'city' },
    ...['439901', '439902'].flatMap((code) => [
      { division_code: code, division_name: `${code}区`, level: 'district', parent_code: '439900' },
      { division_code: `${code}001`, division_name: '街道', level: 'street', parent_code: code },
    ]),
  ]);
  await deliverStd(warehouse, 'operations.contract', 1, [
    contract('FIRST', '2022-07-14', '2023-07-13'),
    contract('SECOND', '2023-07-14', '2024-07-13'),
    contract('THIRD', '2024-07-14', '2026-07-13', { contract_state: 'active' }),
    // Back after two months: another tenancy.
    contract('BEFORE', '2018-01-01', '2019-12-31', { house_code: 'H2' }),
    contract('AGAIN', '2020-03-01', '2026-12-31', { house_code: 'H2', contract_state: 'active' }),
    contract('LATER', '2026-01-01', '2026-12-31', { house_code: 'H2', tenant_id_number: OTHER }),
  ]);
  await deliverStd(warehouse, 'operations.occupant', 1, [
    occupant('O1', 'THIRD', '2022-07-14'),
    occupant('O2', 'FIRST', '2022-07-14'),
    occupant('O3', 'THIRD', '2022-07-01'),
    occupant('O4', 'SECOND', '2023-07-14', '2026-08-01'),
    occupant('O5', 'AGAIN', '2019-01-01'),
    occupant('O6', 'BEFORE', '2018-01-01'),
    occupant('O7', 'NOWHERE', '2018-01-01'),
    // Moved from the one to the other on a day; the second lives in both for a month.
    { ...occupant('P1', 'FIRST', '2022-08-01', '2023-01-31'), id_number: OTHER },
    { ...occupant('P2', 'AGAIN', '2023-01-31', '2023-05-31'), id_number: OTHER, house_code: 'H2' },
    { ...occupant('P3', 'SECOND', '2023-08-01', '2024-01-31'), id_number: TENANT },
    { ...occupant('P4', 'AGAIN', '2024-01-01'), id_number: TENANT, house_code: 'H2' },
  ]);
});
afterAll(async () => {
  await api.close();
  await project.dispose();
});

test('who moved in under the first of renewed contracts is inside them all; others are found', async () => {
  const built = await buildModels(platform, await loadProject(project.path), {
    asOf: '2026-04-30',
    select: ['+interval_finding'],
  });
  expect(built.filter(({ status }) => status === 'failed')).toEqual([]);
  const found = await platform.warehouse.rows(
    `SELECT rule, subject_no AS subject, other_no AS other FROM base.interval_finding ORDER BY rule, subject`,
    z.object({ rule: z.string(), subject: z.string(), other: z.string() }),
  );
  const outside = (subject: string, other: string) => ({ rule: 'occupant_outside_contract', subject, other });
  expect(found).toEqual([
    { rule: 'contracts_overlap', subject: 'LATER', other: 'AGAIN' },
    { rule: 'meter_of_two_dwellings', subject: 'W1', other: 'H1' },
    outside('O3', 'THIRD'),
    outside('O4', 'SECOND'),
    outside('O5', 'AGAIN'),
    outside('O6', 'BEFORE'),
    { rule: 'occupant_without_contract', subject: 'O7', other: 'NOWHERE' },
    { rule: 'person_in_two_dwellings', subject: 'P4', other: 'P3' },
  ]);
});

test('the letter to the agency tells of them', async () => {
  const told = await intervalsTold(platform, await contractsOf(platform.config), '住房保障服务中心');
  expect(told).toContainEqual({
    ...{ dataset: 'operations.occupant', zh: '入住人员', ruleZh: '入住时间超出合同期限', findings: 4 },
    ...{ subjects: ['O3', 'O4', 'O5', 'O6'], asOf: '2026-04-30' },
  });
  expect(await intervalsTold(platform, await contractsOf(platform.config), '供水公司')).toEqual([]);
});

describe('the page', () => {
  const list = async (query: object) =>
    intervalsSchema.parse(
      (await api.as('staff').get('/api/quality/intervals').query(query).expect(200)).body,
    );
  const rowsOf = async (subjectKind: string, subjectNo: string, otherNo: string) => {
    const body = { subjectKind, subjectNo, otherNo };
    const answer = await api.as('staff').post('/api/quality/intervals/rows').send(body).expect(200);
    return z.object({ subjects: z.array(subjectRowsSchema) }).parse(answer.body).subjects;
  };
  beforeAll(async () => {
    await refreshOpenViews(platform.warehouse);
  });

  test('counts by kind and agency, lists what they leave, and opens into masked rows', async () => {
    const { counts, total, asOf } = await list({});
    expect([asOf, total, counts.reduce((sum, { findings }) => sum + findings, 0)]).toEqual([
      '2026-04-30',
      8,
      8,
    ]);
    expect(counts[0]).toEqual({
      ...{ rule: 'occupant_outside_contract', ruleZh: '入住时间超出合同期限', agency: '住房保障服务中心' },
      findings: 4,
    });
    const narrowed = await list({ rule: 'occupant_outside_contract', limit: 3, offset: 3 });
    expect([narrowed.total, narrowed.findings.length]).toEqual([4, 1]);
    expect((await list({ owner: '供水公司' })).total).toBe(0);

    const subjects = await rowsOf('contract', 'LATER', 'AGAIN');
    expect(subjects.map(({ subject, rows }) => [subject, rows.map((row) => row['contract_no'])])).toEqual([
      ['contract', ['AGAIN', 'LATER']],
    ]);
    expect(subjects[0]?.columns[0]).toEqual({ name: 'contract_no', zh: '合同编号' });
    expect(JSON.stringify(subjects)).not.toMatch(/张伟明|439901198/);
    // Its contract is nowhere: the row of the occupant alone.
    expect((await rowsOf('occupant', 'O7', 'NOWHERE')).map(({ subject }) => subject)).toEqual(['occupant']);
    expect(await rowsOf('dwelling', 'NOWHERE', '')).toEqual([]);
  });

  test('who is confined to a division sees what is about rows in it', async () => {
    const { user, password } = api.users.staff;
    const confined = { role: 'staff', scopeDivision: '439902', isActive: true };
    await api.as('administrator').put(`/api/users/${user}`).send(confined).expect(200);
    api.users.staff.token = (await signIn(platform.store, user, password)).token;
    const { counts, findings, total } = await list({});
    expect(findings.map(({ subjectNo }) => subjectNo).toSorted()).toEqual(['LATER', 'P4']);
    expect([total, counts.length]).toEqual([2, 2]);
    expect(await rowsOf('contract', 'FIRST', '')).toEqual([]);
    expect((await rowsOf('contract', 'LATER', 'FIRST')).flatMap(({ rows }) => rows)).toHaveLength(1);
  });
});
