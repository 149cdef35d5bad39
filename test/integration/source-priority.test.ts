/** Whose word counts first about a dwelling, an enterprise, a household and a person: as shipped, as staff decide, and back. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  activatePriority,
  draftPriority,
  entriesSchema,
  retirePriority,
  tryPriority,
} from '../../pipelines/cleaning/priorities.ts';
import { prioritySeeds } from '../../pipelines/cleaning/priority.ts';
import { ENTITIES } from '../../pipelines/cleaning/priority-entities.ts';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { rowsOf } from '../support/deliveries.ts';
import { temporaryDirectory, testPlatform, type TestPlatform } from '../support/platform.ts';
import { deliverSmallCity } from '../support/small-city.ts';
import { baseProjectOnHandMadeRows, createStdTables, deliverStd } from '../support/std-tables.ts';

const OPERATOR = '91439900MA00000011';
const EMPLOYER = '91439900MA00000022';
const by = { user: 'clerk', reason: '测试' };

let platform: TestPlatform;
let project: Awaited<ReturnType<typeof temporaryDirectory>>;

const build = async (): Promise<void> => {
  const loaded = await loadProject(project.path, await prioritySeeds(platform.store));
  const results = await buildModels(platform, loaded, { asOf: '2026-10-31' });
  expect(results.flatMap(({ name, reason }) => (reason === undefined ? [] : [`${name}: ${reason}`]))).toEqual(
    [],
  );
};
const rows = (sql: string) => rowsOf(platform, sql);

beforeAll(async () => {
  platform = await testPlatform();
  project = await temporaryDirectory();
  await baseProjectOnHandMadeRows(project.path);
  const { warehouse } = platform;
  await createStdTables(warehouse);
  await deliverSmallCity(warehouse);
  const deliver = (id: string, ...told: Parameters<typeof deliverStd>[3]) =>
    deliverStd(warehouse, id, 1, told);
  // Three registers disagree about H0004; a fourth and fifth know its unit code alone.
  const unit = '439901001001GB00001F00010004';
  await deliver('operations.dwelling', {
    ...{
      dwelling_no: 'D4',
      house_code: 'H0004',
      project_no: 'P1',
      floor_area: 40,
      room_no: '4',
      layout_code: 'two',
    },
  });
  await deliver('property.house_registry', {
    ...{
      house_code: 'H0004',
      real_estate_unit_code: unit,
      room_no: '0104',
      layout_code: 'one',
      address: '楼盘表坐落',
    },
  });
  await deliver('property.ownership', {
    ...{ certificate_no: 'B4', real_estate_unit_code: unit, owner_name: '云河市', floor_area: 44 },
    ...{ address: '登记簿坐落', acquired_on: '2020-01-01' },
  });
  await deliver('maintenance_fund.dwelling', {
    ...{
      dwelling_no: 'F4',
      unit_no: 'U1',
      real_estate_unit_code: unit,
      floor_area: 45,
      room_no: 'D',
      address: '分户账坐落',
    },
  });
  await deliver('social_insurance.enterprise_basic', {
    ...{ insurance_no: 'I1', unit_name: '云河运营', unit_credit_code: OPERATOR, unit_nature: 'enterprise' },
  });
  await deliver('housing_fund.municipal_basic', {
    ...{ account_no: 'J1', unit_name: '云河公司', unit_credit_code: OPERATOR, unit_nature: 'institution' },
  });
  await deliver('housing_fund.provincial_basic', {
    ...{ account_no: 'J2', unit_name: '云河甲厂', unit_credit_code: EMPLOYER },
  });
  // An institution alone makes no enterprise; of one that is, it knows where it is.
  await deliver(
    'maintenance_fund.institution',
    { institution_no: 'N1', institution_name: '某银行', credit_code: '91439900MA00000033', address: '一路' },
    { institution_no: 'N2', institution_name: '运营', credit_code: OPERATOR, address: '二路' },
  );
  // Kept in both systems; ours leaves the income empty.
  const both = { application_no: 'A9', applicant_id_number: '439901198001010011', applied_on: '2025-05-01' };
  await deliver('operations.application', {
    ...both,
    ...{ applicant_name: '老张', member_count: 2, annual_income: 30_000, street_code: '439901001' },
  });
  await deliver('anju.application', { ...both, applicant_name: '张三', member_count: 3 });
  // Nobody says an income but the members; of A11 one of two does.
  await deliver(
    'operations.application',
    { application_no: 'A10', applicant_id_number: '', applied_on: '2025-05-01', applicant_name: '甲' },
    { application_no: 'A11', applicant_id_number: '', applied_on: '2025-05-01', applicant_name: '乙' },
  );
  await deliver(
    'operations.household_member',
    { member_no: 'A10-1', application_no: 'A10', kinship_code: '01', person_name: '甲', annual_income: 7000 },
    { member_no: 'A10-2', application_no: 'A10', kinship_code: '10', person_name: '丙', annual_income: 5000 },
    { member_no: 'A11-1', application_no: 'A11', kinship_code: '01', person_name: '乙', annual_income: 7000 },
    { member_no: 'A11-2', application_no: 'A11', kinship_code: '10', person_name: '丁' },
  );
  await build();
});
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

const DWELLING = `SELECT toString(floor_area) AS area, floor_area_source, room_no, room_no_source, layout_code, layout_source, address,
  address_source, division_source FROM base.dwelling WHERE house_code = 'H0004'`;
const SHIPPED = {
  ...{
    area: '40',
    floor_area_source: 'operations.dwelling',
    room_no: '4',
    room_no_source: 'operations.dwelling',
  },
  ...{ layout_code: 'one', layout_source: 'property.house_registry' },
  ...{
    address: '楼盘表坐落',
    address_source: 'property.house_registry',
    division_source: 'operations.project',
  },
};

describe('as shipped', () => {
  test('a dwelling has of each attribute the best source that has one', async () => {
    expect(await rows(DWELLING)).toEqual([SHIPPED]);
  });

  test('an enterprise is called as the register calls it, else as employers’ agencies do', async () => {
    expect(
      await rows(
        `SELECT credit_code, enterprise_name, enterprise_name_source, unit_nature, unit_nature_source, address, address_source
         FROM base.enterprise WHERE enterprise_name LIKE '%云河%' OR address != '' ORDER BY credit_code`,
      ),
    ).toEqual([
      {
        ...{ credit_code: OPERATOR, enterprise_name: '云河安居运营有限公司' },
        enterprise_name_source: 'market_regulation.business_registry',
        ...{ unit_nature: 'enterprise', unit_nature_source: 'social_insurance.enterprise_basic' },
        ...{ address: '二路', address_source: 'maintenance_fund.institution' },
      },
      {
        ...{ credit_code: EMPLOYER, enterprise_name: '云河甲厂' },
        ...{
          enterprise_name_source: 'housing_fund.provincial_basic',
          unit_nature: '',
          unit_nature_source: '',
        },
        ...{ address: '', address_source: '' },
      },
    ]);
  });

  test('a household has what our own store says, then the business system, then its members', async () => {
    expect(
      await rows(
        `SELECT household_id AS no, applicant_name AS name, applicant_name_source AS name_source, declared_members AS members,
           toString(annual_income) AS income, annual_income_source AS income_source, division_source
         FROM base.household WHERE household_id IN ('A9', 'A10', 'A11') ORDER BY length(no), no`,
      ),
    ).toEqual([
      {
        ...{ no: 'A9', name: '张三', name_source: 'anju.application', members: 3 },
        ...{
          income: '30000',
          income_source: 'operations.application',
          division_source: 'operations.application',
        },
      },
      {
        ...{ no: 'A10', name: '甲', name_source: 'operations.application', members: null },
        ...{ income: '12000', income_source: 'operations.household_member', division_source: '' },
      },
      {
        ...{ no: 'A11', name: '乙', name_source: 'operations.application', members: null },
        ...{ income: null, income_source: '', division_source: '' },
      },
    ]);
  });

  test('every attribute staff can decide is in the seed, and the other way round', async () => {
    const seeded = await rows(
      "SELECT DISTINCT entity, attribute FROM base.source_priority WHERE attribute != '*' ORDER BY entity, attribute",
    );
    const known = Object.entries(ENTITIES)
      .filter(([entity]) => entity !== 'person')
      .flatMap(([entity, { attributes }]) =>
        Object.keys(attributes).map((attribute) => ({ entity, attribute })),
      )
      .toSorted((a, b) => (a.entity + a.attribute < b.entity + b.attribute ? -1 : 1));
    expect(seeded).toEqual(known);
  });
});

describe('as staff decide', () => {
  const order = entriesSchema.parse([
    {
      entity: 'dwelling',
      source: 'property.ownership',
      attribute: 'floor_area',
      priority: 1,
      reason: '以登记为准',
    },
    { entity: 'dwelling', source: 'maintenance_fund.dwelling', priority: 2, reason: '分户账已核' },
    { entity: 'enterprise', source: 'housing_fund.municipal_basic', priority: 3, reason: '试' },
    {
      entity: 'household',
      source: 'operations.application',
      attribute: 'applicant_name',
      priority: 4,
      reason: '试',
    },
    { source: 'operations.household_member', attribute: 'phone', priority: 1, reason: '试' },
  ]);

  test('what nobody says, or two would say at once, is refused', async () => {
    const refused = (entry: object) =>
      draftPriority(platform, entriesSchema.parse([{ priority: 9, reason: '试', ...entry }]), by);
    await expect(
      refused({ entity: 'dwelling', source: 'property.ownership', attribute: 'room_no' }),
    ).rejects.toThrow('property.ownership says nothing about room_no of dwellings');
    await expect(refused({ entity: 'enterprise', source: 'operations.dwelling' })).rejects.toThrow(
      'says nothing about enterprises',
    );
    await expect(
      refused({ entity: 'dwelling', source: 'property.house_survey', attribute: 'address', priority: 10 }),
    ).rejects.toThrow('would both have priority 10 for address');
    expect(() =>
      entriesSchema.parse([
        { entity: 'dwelling', source: 'a.b', attribute: 'phone', priority: 1, reason: '试' },
      ]),
    ).toThrow('is no attribute');
  });

  test('a try-out says what would change of each entity, and changes nothing', async () => {
    const version = await draftPriority(platform, order, by);
    const { entities } = await tryPriority(platform, version);
    const changed = entities.map(({ entity, objects, changes }) => ({
      entity,
      objects,
      ...Object.fromEntries(
        changes.filter((one) => one.objects > 0).map((one) => [one.attribute, one.objects]),
      ),
    }));
    expect(changed).toEqual([
      { entity: 'person', objects: 2, phone: 1 },
      { entity: 'dwelling', objects: 4, address: 1, floor_area: 1, room_no: 1 },
      { entity: 'enterprise', objects: 2, enterprise_name: 1, unit_nature: 1 },
      { entity: 'household', objects: 5, applicant_name: 1 },
    ]);
    expect(await rows(DWELLING)).toEqual([SHIPPED]);
    await activatePriority(platform, version);
  });

  test('the next run takes it in, and back where it is retired', async () => {
    await build();
    expect(await rows(DWELLING)).toEqual([
      {
        ...SHIPPED,
        ...{ area: '44', floor_area_source: 'property.ownership' },
        ...{ room_no: 'D', room_no_source: 'maintenance_fund.dwelling' },
        ...{ address: '分户账坐落', address_source: 'maintenance_fund.dwelling' },
      },
    ]);
    expect(
      await rows(
        `SELECT enterprise_name, unit_nature FROM base.enterprise WHERE credit_code = '${OPERATOR}'`,
      ),
    ).toEqual([{ enterprise_name: '云河公司', unit_nature: 'institution' }]);
    expect(await rows("SELECT applicant_name FROM base.household WHERE household_id = 'A9'")).toEqual([
      { applicant_name: '老张' },
    ]);
    await retirePriority(platform);
    await build();
    expect(await rows(DWELLING)).toEqual([SHIPPED]);
  });
});
