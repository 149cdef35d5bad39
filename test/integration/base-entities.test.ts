import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { tableName } from '../../ingestion/contract.ts';
import { datasets } from '../../ingestion/contracts/index.ts';
import { buildModels, type ModelResult } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import { divisionsNamed } from '../support/divisions-named.ts';
import { temporaryDirectory, testPlatform, type TestPlatform } from '../support/platform.ts';
import { deliverSmallCity } from '../support/small-city.ts';
import { deliverSmallFund } from '../support/small-fund.ts';
import { dayCount, FOLLOWERS, tellBeginning, tellDay } from '../support/followed-days.ts';
import { baseProjectOnHandMadeRows, createStdTables } from '../support/std-tables.ts';

const AS_OF = '2026-10-31';

let platform: TestPlatform;
let project: { path: string; dispose: () => Promise<void> };
let results: ModelResult[];

const rows = (sql: string): Promise<Record<string, unknown>[]> =>
  platform.warehouse.rows(sql, z.record(z.string(), z.unknown()));
const one = async (sql: string): Promise<Record<string, unknown> | undefined> => (await rows(sql))[0];

beforeAll(async () => {
  platform = await testPlatform();
  project = await temporaryDirectory();
  const { nodes } = await loadProject(MODELS_DIRECTORY);
  const followed = FOLLOWERS.flatMap((name) => nodes.get(name)?.refs ?? []);
  await baseProjectOnHandMadeRows(project.path, { tables: followed });
  await createStdTables(platform.warehouse);
  await deliverSmallCity(platform.warehouse);
  await deliverSmallFund(platform.warehouse);
  results = await buildModels(platform, await loadProject(project.path), { asOf: AS_OF });
});
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

describe('the base entities', () => {
  test('all build, and every test of severity error holds', () => {
    const unbuilt = results.filter((result) => result.status !== 'built');
    expect(unbuilt.map((result) => `${result.name}: ${result.reason}`)).toEqual([]);
    expect(results.flatMap((result) => result.tests).length).toBeGreaterThan(100);
  });

  test('no data set that names people is left out of base.person', async () => {
    const { nodes } = await loadProject(project.path);
    const naming = datasets.filter((dataset) =>
      dataset.fields.some(({ element }) => element === 'id_number' || element === 'certificate_no'),
    );
    expect(naming.length).toBeGreaterThan(20);
    expect(nodes.get('person_source')?.refs).toEqual(
      expect.arrayContaining(naming.map((dataset) => `std_${tableName(dataset)}`)),
    );
  });

  test('a code knows its time and what came after it, and a number where it was given', () =>
    divisionsNamed(platform, project.path, AS_OF));

  test('a place knows its ancestors, and an entity takes them whole', async () => {
    expect(
      await rows(
        'SELECT division_code, level, district_name, street_name, community_name FROM base.division ORDER BY 1',
      ),
    ).toEqual([
      { division_code: '439900', level: 'city', district_name: '', street_name: '', community_name: '' },
      {
        division_code: '439901',
        level: 'district',
        district_name: '安澜区',
        street_name: '',
        community_name: '',
      },
      {
        division_code: '439901001',
        level: 'street',
        district_name: '安澜区',
        street_name: '望江街道',
        community_name: '',
      },
      {
        division_code: '439901001001',
        level: 'community',
        district_name: '安澜区',
        street_name: '望江街道',
        community_name: '临水社区',
      },
      {
        division_code: '439901001002',
        level: 'community',
        district_name: '安澜区',
        street_name: '望江街道',
        community_name: '新桥社区',
      },
    ]);
  });

  test('a dwelling takes area, place and meters from 楼盘表, then the latest survey, then the declaration', async () => {
    expect(
      await rows(
        `SELECT house_code, toString(floor_area) AS area, floor_area_source, community_name, room_no, water_meter_no
         FROM base.dwelling ORDER BY 1`,
      ),
    ).toEqual([
      {
        house_code: 'H0001',
        area: '61.5',
        floor_area_source: 'property.house_registry',
        community_name: '新桥社区',
        room_no: '101',
        water_meter_no: 'W1',
      },
      {
        house_code: 'H0002',
        area: '51.2',
        floor_area_source: 'property.house_survey',
        community_name: '临水社区',
        room_no: '',
        water_meter_no: '',
      },
      {
        house_code: 'H0003',
        area: '45',
        floor_area_source: 'operations.dwelling',
        community_name: '临水社区',
        room_no: '',
        water_meter_no: '',
      },
    ]);
    expect(await rows('SELECT meter_kind, meter_no, house_code FROM base.meter ORDER BY 1')).toEqual([
      { meter_kind: 'electricity', meter_no: 'E1', house_code: 'H0001' },
      { meter_kind: 'water', meter_no: 'W1', house_code: 'H0001' },
    ]);
  });

  test('a person has the best value of each attribute, and says where it is from', async () => {
    expect(
      await rows(
        `SELECT person_name, person_name_source, sex_code, sex_source, toString(birth_date) AS birth_date, birth_date_source, phone,
           phone_source, marital_status, local_register, community_name, distinct_names, source_datasets
         FROM base.person ORDER BY id_number`,
      ),
    ).toEqual([
      {
        person_name: '张三',
        person_name_source: 'police.household_register',
        sex_code: '1',
        sex_source: 'police.household_register',
        birth_date: '1980-01-01',
        birth_date_source: 'id_number',
        phone: '13900000002',
        phone_source: 'anju.application',
        marital_status: '20',
        local_register: 1,
        community_name: '临水社区',
        distinct_names: 2,
        source_datasets: 7,
      },
      {
        person_name: '李四',
        person_name_source: 'civil_affairs.marriage',
        sex_code: '2',
        sex_source: 'id_number',
        birth_date: '1985-02-02',
        birth_date_source: 'id_number',
        phone: '',
        phone_source: '',
        marital_status: '20',
        local_register: null,
        community_name: '',
        distinct_names: 1,
        source_datasets: 7,
      },
    ]);
  });

  test('our own store wins for the same number, and what it deleted stays deleted', async () => {
    expect(
      await rows(
        'SELECT application_no, application_state, record_source, street_name FROM base.application ORDER BY 1',
      ),
    ).toEqual([
      { application_no: 'A1', application_state: 'approved', record_source: 'anju', street_name: '望江街道' },
      { application_no: 'A2', application_state: '', record_source: 'operations', street_name: '' },
    ]);
  });

  test('an applicant belongs to the household whether or not the list of members names them', async () => {
    expect(
      await rows(
        `SELECT household_id, member_no, person_name, is_applicant, is_listed, person_id != '' AS identified
         FROM base.household_member ORDER BY 1, 2`,
      ),
    ).toEqual([
      {
        household_id: 'A1',
        member_no: 'M1',
        person_name: '张山',
        is_applicant: 1,
        is_listed: 1,
        identified: 1,
      },
      {
        household_id: 'A1',
        member_no: 'M2',
        person_name: '李四',
        is_applicant: 0,
        is_listed: 1,
        identified: 1,
      },
      {
        household_id: 'A1',
        member_no: 'M3',
        person_name: '王五',
        is_applicant: 0,
        is_listed: 1,
        identified: 0,
      },
      {
        household_id: 'A2',
        member_no: 'A2-01',
        person_name: '李四',
        is_applicant: 1,
        is_listed: 0,
        identified: 1,
      },
    ]);
    expect(
      await rows(
        'SELECT known_members, cohabiting_members, identified_members FROM base.household ORDER BY household_id',
      ),
    ).toEqual([
      { known_members: 3, cohabiting_members: 2, identified_members: 2 },
      { known_members: 1, cohabiting_members: 1, identified_members: 1 },
    ]);
  });

  test('a bill holds its last correction, what was paid on it and the place of its dwelling', async () => {
    expect(
      await rows(
        `SELECT rent_due_no, toString(amount_due) AS due, toString(amount_paid) AS paid, toString(amount_open) AS open, payments,
           toString(last_paid_on) AS last_paid_on, community_name
         FROM base.rent_bill ORDER BY 1`,
      ),
    ).toEqual([
      {
        rent_due_no: 'R1',
        due: '800',
        paid: '800',
        open: '0',
        payments: 2,
        last_paid_on: '2026-01-20',
        community_name: '新桥社区',
      },
      {
        rent_due_no: 'R2',
        due: '800',
        paid: '0',
        open: '800',
        payments: 0,
        last_paid_on: null,
        community_name: '新桥社区',
      },
    ]);
    expect(
      await rows('SELECT rent_paid_no, contract_no, is_matched FROM base.rent_payment ORDER BY 1'),
    ).toEqual([
      { rent_paid_no: 'B1', contract_no: 'K1', is_matched: 1 },
      { rent_paid_no: 'B2', contract_no: 'K1', is_matched: 1 },
      { rent_paid_no: 'B3', contract_no: '', is_matched: 0 },
    ]);
  });

  test('a subsidy that came back is not paid', async () => {
    expect(
      await one(
        `SELECT toString(amount_paid) AS paid, toString(amount_refunded) AS refunded, pay_state, household_id
         FROM base.subsidy_payment`,
      ),
    ).toEqual({ paid: '250', refunded: '400', pay_state: 'partial', household_id: 'A2' });
  });

  test('a right, a benefit and relief say whether they hold on the as-of day', async () => {
    expect(
      await rows(
        'SELECT certificate_no, toString(owned_area) AS owned, is_active, district_name, street_name FROM base.property_right ORDER BY 1',
      ),
    ).toEqual([
      { certificate_no: 'O1', owned: '45', is_active: 1, district_name: '安澜区', street_name: '' },
      { certificate_no: 'O2', owned: '30', is_active: 0, district_name: '安澜区', street_name: '望江街道' },
    ]);
    expect(await rows('SELECT benefit_no, benefit_kind, is_active FROM base.benefit ORDER BY 1')).toEqual([
      { benefit_no: 'G1', benefit_kind: 'managed_public', is_active: 0 },
      { benefit_no: 'Q1', benefit_kind: 'staff_subsidy', is_active: 1 },
      { benefit_no: 'Q2', benefit_kind: 'staff_subsidy', is_active: 0 },
    ]);
    expect(
      await one('SELECT toString(annual_income) AS income, is_active, community_name FROM base.relief'),
    ).toEqual({
      income: '7200',
      is_active: 1,
      community_name: '临水社区',
    });
  });

  test('an account is held against its entries until its day, and 30 % of the first deposit', async () => {
    expect(
      await rows(
        `SELECT account_no, toString(difference) AS difference, is_balanced, is_low, district_name
         FROM base.maintenance_fund_account ORDER BY account_no`,
      ),
    ).toEqual([
      { account_no: 'Z1', difference: '10', is_balanced: 0, is_low: 1, district_name: '安澜区' },
      // 30 % is not less than 30 %.
      { account_no: 'Z2', difference: '0', is_balanced: 1, is_low: 0, district_name: '安澜区' },
      { account_no: 'Z3', difference: '0', is_balanced: 1, is_low: 0, district_name: '安澜区' },
    ]);
    expect(await rows('SELECT deposit_no FROM base.maintenance_fund_deposit WHERE is_missing = 1')).toEqual([
      { deposit_no: 'J3' },
    ]);
  });

  test('a vote needs two thirds of area and heads to take part, and more than half of these to agree', async () => {
    expect(
      await rows(
        `SELECT use_no, heads_entitled AS heads, heads_voted AS voted, is_quorate, is_passed, is_vote_short, is_overpaid
         FROM base.maintenance_fund_use ORDER BY use_no`,
      ),
    ).toEqual([
      { use_no: 'U1', heads: 2, voted: 1, is_quorate: 0, is_passed: 0, is_vote_short: 1, is_overpaid: 0 },
      { use_no: 'U2', heads: 2, voted: 2, is_quorate: 1, is_passed: 0, is_vote_short: 1, is_overpaid: 0 },
      { use_no: 'U3', heads: 2, voted: 2, is_quorate: 1, is_passed: 1, is_vote_short: 0, is_overpaid: 1 },
      { use_no: 'U4', heads: 2, voted: 0, is_quorate: 0, is_passed: 0, is_vote_short: 0, is_overpaid: 0 },
    ]);
    expect(
      await rows('SELECT payment_no, is_charged FROM base.maintenance_fund_payment ORDER BY payment_no'),
    ).toEqual([
      { payment_no: 'B1', is_charged: 1 },
      { payment_no: 'B2', is_charged: 0 },
    ]);
  });

  test('what follows its inputs takes anew what changed, and is what it is when built whole', async () => {
    const loaded = await loadProject(project.path);
    const build = async (full: boolean): Promise<Map<string, ModelResult>> => {
      const select = full ? FOLLOWERS : FOLLOWERS.map((name) => `+${name}`);
      const found = await buildModels(platform, loaded, { asOf: AS_OF, select, full });
      expect(
        found.flatMap(({ name, reason }) => (reason === undefined ? [] : [`${name}: ${reason}`])),
      ).toEqual([]);
      return new Map(found.map((result) => [result.name, result]));
    };
    await tellBeginning(platform.warehouse);
    await build(false);
    const takenAnew = new Set<string>();
    for (let day = 0; day < dayCount; day += 1) {
      await tellDay(platform.warehouse, day);
      const byTheWay = await build(false);
      const whole = await build(true);
      for (const name of FOLLOWERS) {
        const { hash, touched, status } = byTheWay.get(name) ?? {};
        expect([day, name, hash]).toEqual([day, name, whole.get(name)?.hash]);
        if (status === 'built') {
          expect([day, name, touched]).toEqual([day, name, expect.any(Number)]);
          expect([day, name, byTheWay.get(name)?.tests]).toEqual([day, name, whole.get(name)?.tests]);
        }
        if (touched) takenAnew.add(name);
      }
    }
    expect([...takenAnew].toSorted()).toEqual(FOLLOWERS.toSorted());
  });
});
