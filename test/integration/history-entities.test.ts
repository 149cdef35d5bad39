/** What was known when of people, households, occupants, meters and enterprises: by who they are, on rows written by hand. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { asOf } from '../../pipelines/history/as-of.ts';
import type { HistoryName } from '../../pipelines/history/entities.ts';
import { resolvedIdSql } from '../../pipelines/linkage/resolved-id.ts';
import { refreshOpenViews } from '../../pipelines/open-views.ts';
import { temporaryDirectory, testPlatform, type TestPlatform } from '../support/platform.ts';
import {
  baseProjectOnHandMadeRows,
  createStdTables,
  deliverStd,
  type StdRow,
} from '../support/std-tables.ts';

const ZHANG = '439901198001010011';
const LEFT = '439901198502020028';
const CODE = '91439900MA00000011';
const NEW = ['person', 'household', 'household_member', 'occupant', 'meter', 'enterprise'] as const;
let platform: TestPlatform;
let project: { path: string; dispose: () => Promise<void> };
let turn = 0;

/** What is told of a day, and when it came. */
async function tell(dataset: string, valid: string, known: string, ...rows: StdRow[]): Promise<void> {
  turn += 1;
  const when = { valid_from: valid, known_from: `${known} 00:00:00` };
  await deliverStd(
    platform.warehouse,
    dataset,
    turn,
    rows.map((row, at) => ({ ...when, _version_hash: turn * 10 + at, ...row })),
  );
}

beforeAll(async () => {
  platform = await testPlatform();
  project = await temporaryDirectory();
  await baseProjectOnHandMadeRows(project.path);
  await createStdTables(platform.warehouse);
  const [first, late] = ['2026-01-01', '2026-03-10'];
  const company = { credit_code: CODE, enterprise_state: 'open' };
  await tell('market_regulation.business_registry', first, first, { ...company, enterprise_name: '甲公司' });
  await tell('market_regulation.business_registry', '2026-02-01', late, {
    ...company,
    enterprise_name: '乙公司',
  });
  const house = { house_code: 'H1', water_meter_no: 'W1' };
  await tell('property.house_registry', first, first, { ...house, floor_area: 50 });
  await tell('property.house_registry', '2026-02-01', '2026-02-01', { ...house, floor_area: 51 });
  await tell('property.house_registry', '2026-03-01', late, {
    ...house,
    floor_area: 51,
    water_meter_no: 'W2',
  });
  const occupant = { occupant_no: 'B1', contract_no: 'K1', house_code: 'H1', person_name: '张三' };
  await tell('operations.occupant', first, first, { ...occupant, id_number: ZHANG });
  await tell('operations.occupant', '2026-02-01', late, {
    ...occupant,
    id_number: ZHANG,
    moved_out_on: '2026-02-01',
  });
  const application = { application_no: 'A1', applicant_id_number: ZHANG };
  await tell('operations.application', first, first, { ...application, member_count: 2 });
  await tell('operations.application', '2026-02-01', late, { ...application, member_count: 3 });
  await tell(
    'operations.household_member',
    first,
    first,
    { member_no: 'M1', application_no: 'A1', id_number: '', person_name: '張三' },
    { member_no: 'M2', application_no: 'A1', id_number: '', person_name: '李四' },
  );
  await tell('civil_affairs.marriage', first, first, {
    ...{ certificate_no: 'C1', husband_id_number: ZHANG, husband_name: '张三', marital_status: '20' },
    ...{ wife_id_number: '', wife_name: '李四' },
  });
  await tell('civil_affairs.low_income', first, late, {
    ...{ certificate_no: 'L1', head_id_number: LEFT, head_name: '张叁' },
  });
  const loaded = await loadProject(project.path);
  const results = await buildModels(platform, loaded, {
    asOf: '2026-04-30',
    select: NEW.map((name) => `+history_${name}`),
  });
  expect(results.flatMap(({ name, reason }) => (reason === undefined ? [] : [[name, reason]]))).toEqual([]);
  await refreshOpenViews(platform.warehouse);
  // M1 has no number of its own and is Zhang; somebody decided that a number is Zhang's as well.
  const zhang = resolvedIdSql('person', `'${ZHANG}'`);
  await platform.warehouse.run(
    `INSERT INTO linkage.person_link SELECT concat('operations.household_member:id_number:', lower(hex(_key_hash))), ${zhang}, 'linked', 10
     FROM base.std_operations__household_member WHERE member_no = 'M1'`,
  );
  await platform.warehouse.run(
    `INSERT INTO linkage.person_merged SELECT ${resolvedIdSql('person', `'${LEFT}'`)}, ${zhang}`,
  );
}, 400_000);
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

/** Values of some columns, as known at an instant. */
async function known(
  entity: HistoryName,
  key: string,
  when: { valid?: string; known: string },
  ...columns: string[]
): Promise<unknown[][]> {
  const rows = await asOf(platform.warehouse, { entity, key, ...when });
  return rows.map(({ values, validFrom }) => [validFrom, ...columns.map((column) => values[column])]);
}
const [EARLY, LATE] = ['2026-03-05T00:00:00Z', '2026-03-20T00:00:00Z'];

test('of an enterprise, a household and an occupant, what came late was not known before', async () => {
  const about = async (entity: HistoryName, key: string, column: string): Promise<unknown[]> => [
    await known(entity, key, { valid: '2026-02-15', known: EARLY }, column),
    await known(entity, key, { valid: '2026-02-15', known: LATE }, column),
    await known(entity, key, { valid: '2026-01-15', known: LATE }, column),
  ];
  const changed = (was: unknown, is: unknown): unknown[] => [
    [['2026-01-01', was]],
    [['2026-02-01', is]],
    [['2026-01-01', was]],
  ];
  expect(await about('enterprise', CODE, 'enterprise_name')).toEqual(changed('甲公司', '乙公司'));
  expect(await about('household', 'A1', 'declared_members')).toEqual(changed(2, 3));
  expect(await about('occupant', 'K1', 'moved_out_on')).toEqual(changed(null, '2026-02-01'));
});

test('a meter is a stretch of days, whatever else changes of the house', async () => {
  const meters = (instant: string): Promise<unknown[][]> =>
    known('meter', 'H1', { known: instant }, 'meter_kind', 'meter_no');
  expect(await meters(EARLY)).toEqual([['2026-01-01', 'water', 'W1']]);
  expect(await meters(LATE)).toEqual([
    ['2026-01-01', 'water', 'W1'],
    ['2026-03-01', 'water', 'W2'],
  ]);
});

test('a person is who the links say, with what registers of marriages and reliefs say, by any of their numbers', async () => {
  const zhang = await platform.warehouse.value(`SELECT ${resolvedIdSql('person', `'${ZHANG}'`)}`, z.string());
  const sources = async (instant: string): Promise<unknown[]> =>
    (await known('person', zhang, { known: instant, valid: '2026-01-15' }, 'source_dataset'))
      .map(([, source]) => source)
      .toSorted();
  const early = [
    'civil_affairs.marriage',
    'operations.application',
    'operations.household_member',
    'operations.occupant',
  ];
  expect(await sources(EARLY)).toEqual(early);
  expect(await sources(LATE)).toEqual(['civil_affairs.low_income', ...early]);
  const members = await known('household_member', 'A1', { known: LATE }, 'member_no', 'person_id');
  expect(members.toSorted()).toEqual([
    ['2026-01-01', 'M1', zhang],
    ['2026-01-01', 'M2', ''],
  ]);
});
