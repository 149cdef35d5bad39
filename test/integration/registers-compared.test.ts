/** What agencies say of dwellings, enterprises, households, contracts and meters, held against the source whose word counts first. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { elementMask } from '../../ingestion/quarantine/list.ts';
import {
  activatePriority,
  draftPriority,
  entriesSchema,
  tryPriority,
} from '../../pipelines/cleaning/priorities.ts';
import { prioritySeeds } from '../../pipelines/cleaning/priority.ts';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { writeMeasures } from '../../pipelines/quality/landed.ts';
import { letterContent } from '../../pipelines/quality/letter.ts';
import { letterHtml } from '../../pipelines/quality/letter-html.ts';
import { registersCompared } from '../../pipelines/quality/registers-compared.ts';
import { temporaryDirectory, testPlatform, type TestPlatform } from '../support/platform.ts';
import { deliverSmallCity } from '../support/small-city.ts';
import { baseProjectOnHandMadeRows, createStdTables, deliverStd } from '../support/std-tables.ts';

const AS_OF = '2026-10-31';
const OPERATOR = '91439900MA00000011';
const UNIT = '439901001001GB00001F00010004';
const ZHANG = '439901198001010011';
const LI = '439901198502020028';

let platform: TestPlatform;
let project: Awaited<ReturnType<typeof temporaryDirectory>>;

const build = async (): Promise<Set<string>> => {
  const loaded = await loadProject(project.path, await prioritySeeds(platform.store));
  const results = await buildModels(platform, loaded, { asOf: AS_OF });
  expect(results.flatMap(({ name, reason }) => (reason === undefined ? [] : [`${name}: ${reason}`]))).toEqual(
    [],
  );
  return new Set(results.map(({ name }) => `base.${name}`));
};
const contracts = () => contractsOf(platform.config);
async function compared(changed: ReadonlySet<string>): Promise<Record<string, readonly [number, number]>> {
  const measures = await registersCompared(platform.warehouse, await contracts(), { asOf: AS_OF, changed });
  await writeMeasures(platform.warehouse, measures);
  return Object.fromEntries(
    measures
      .map(({ dataset, field, good, total }) => [`${dataset} ${field}`, [good, total]] as const)
      .toSorted(),
  );
}
let built: Set<string>;
beforeAll(async () => {
  platform = await testPlatform();
  project = await temporaryDirectory();
  await baseProjectOnHandMadeRows(project.path);
  const { warehouse } = platform;
  await createStdTables(warehouse);
  await deliverSmallCity(warehouse);
  const deliver = (id: string, ...told: Parameters<typeof deliverStd>[3]) =>
    deliverStd(warehouse, id, 1, told);
  await deliver('property.house_registry', {
    ...{
      house_code: 'H0004',
      real_estate_unit_code: UNIT,
      floor_area: 44,
      address: '安澜区望江路12号3栋2单元701室',
    },
    gas_meter_no: 'G4',
  });
  await deliver('operations.dwelling', {
    dwelling_no: 'D4',
    house_code: 'H0004',
    project_no: 'P1',
    floor_area: 44.01,
  });
  await deliver('property.ownership', {
    certificate_no: 'B4',
    real_estate_unit_code: UNIT,
    floor_area: 46,
    owner_id_number: ZHANG,
    address: '望江路12号3栋702室',
  });
  await deliver(
    'maintenance_fund.dwelling',
    // The unit leaves out its building's unit: that contradicts nothing.
    {
      dwelling_no: 'F4',
      unit_no: 'U1',
      real_estate_unit_code: UNIT,
      floor_area: 46,
      address: '望江路12号3栋701室',
    },
  );
  await deliver('maintenance_fund.owner', {
    owner_no: 'Y1',
    dwelling_no: 'F4',
    owner_kind: 'person',
    id_number: LI,
  });
  await deliver(
    'social_insurance.enterprise_basic',
    { insurance_no: 'I1', unit_name: '云河安居运营有限公司', unit_credit_code: OPERATOR },
    { insurance_no: 'I2', unit_name: '望江甲厂', unit_credit_code: OPERATOR },
  );
  const both = { application_no: 'A9', applicant_id_number: ZHANG, applied_on: '2025-05-01' };
  await deliver('operations.application', {
    ...both,
    applicant_name: '老张',
    member_count: 2,
    annual_income: 30_000,
  });
  await deliver('anju.application', {
    ...both,
    applicant_name: '张三',
    member_count: 2,
    annual_income: 30_000,
  });
  await deliver(
    'operations.application',
    { application_no: 'A10', applicant_id_number: '', applied_on: '2025-05-01', annual_income: 11_000 },
    { application_no: 'A11', applicant_id_number: '', applied_on: '2025-05-01', annual_income: 11_000 },
  );
  // Together 12,000, more than the household says it has; of A11 one does not say.
  await deliver(
    'operations.household_member',
    { member_no: 'A10-1', application_no: 'A10', kinship_code: '01', person_name: '甲', annual_income: 7000 },
    { member_no: 'A10-2', application_no: 'A10', kinship_code: '10', person_name: '丙', annual_income: 5000 },
    {
      member_no: 'A11-1',
      application_no: 'A11',
      kinship_code: '01',
      person_name: '乙',
      annual_income: 17_000,
    },
    { member_no: 'A11-2', application_no: 'A11', kinship_code: '10', person_name: '丁' },
  );
  await deliver('operations.contract', {
    ...{
      contract_no: 'K2',
      application_no: 'A9',
      house_code: 'H0002',
      tenant_id_number: LI,
      contract_state: 'active',
    },
    ...{ starts_on: '2026-01-01', ends_on: '2027-12-31' },
  });
  await deliver('operations.occupant', {
    occupant_no: 'R1',
    contract_no: 'K2',
    house_code: 'H0001',
    person_name: '李四',
  });
  await deliver(
    'utilities.gas_reading',
    { meter_no: 'G4', reading_date: '2026-10-30', reading: 10 },
    { meter_no: 'G5', reading_date: '2026-10-30', reading: 10 },
  );
  built = await build();
});
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

test('each value both speak of is held against the first that speaks', async () => {
  expect(await compared(built)).toEqual({
    'maintenance_fund.dwelling address': [1, 1],
    'maintenance_fund.dwelling floor_area': [0, 1],
    'maintenance_fund.dwelling real_estate_unit_code': [1, 1],
    'maintenance_fund.owner id_number': [0, 1],
    'operations.application annual_income': [1, 1],
    'operations.application applicant_name': [0, 1],
    'operations.application member_count': [1, 1],
    'operations.contract house_code': [2, 2],
    'operations.contract tenant_id_number': [1, 2],
    // 60 of 61.5; 50 of the last survey's 51.2; 44.01 of 44 is rounded.
    'operations.dwelling floor_area': [1, 3],
    'operations.dwelling house_code': [2, 4],
    'operations.household_member annual_income': [0, 1],
    'operations.occupant house_code': [0, 1],
    'property.house_survey house_code': [2, 2],
    'property.ownership address': [0, 1],
    'property.ownership floor_area': [0, 1],
    'property.ownership real_estate_unit_code': [1, 1],
    'social_insurance.enterprise_basic unit_credit_code': [2, 2],
    'social_insurance.enterprise_basic unit_name': [1, 2],
    'utilities.gas_reading meter_no': [1, 2],
  });
});

test('nothing is compared again of which nothing was built', async () => {
  expect(await compared(new Set(['base.door_day']))).toEqual({});
  expect(await compared(new Set(['base.meter_day']))).toEqual({ 'utilities.gas_reading meter_no': [1, 2] });
});

const told = async (owner: string) =>
  letterContent(platform, await contracts(), { owner, from: '2026-10-01', to: AS_OF }, elementMask);

describe('the letter', () => {
  test('names the register, counts and the numbers of what differs, but no value', async () => {
    const content = await told('住房保障服务中心');
    const of = (dataset: string, column: string) =>
      content.disagreements.find((one) => one.dataset === dataset && one.column === column);
    expect(of('operations.dwelling', '建筑面积')).toEqual({
      ...{ dataset: 'operations.dwelling', zh: '保障性住房房源', column: '建筑面积' },
      register: '楼盘表、房产测绘成果、不动产权属信息（以先有记载者为准）',
      ...{ judged: 3, wrong: 2, keys: ['D1', 'D2'], asOf: AS_OF },
    });
    expect(of('operations.application', '申请人姓名')).toMatchObject({
      register: '住房保障申请（安居业务台）',
      ...{ judged: 1, wrong: 1, keys: ['A9'] },
    });
    expect(of('operations.contract', '房屋编码')).toBeUndefined();
    const page = letterHtml(content, { letterNo: '1', deadline: '2026-11-15', writtenOn: '2026-11-01' });
    expect(page).toContain('<h2>与登记不一致</h2>');
    expect(page).not.toMatch(/老张|张三|61\.5|51\.2/);
  });

  test('names nobody’s account', async () => {
    const { disagreements } = await told('住宅专项维修资金管理中心');
    expect(disagreements.map(({ column, wrong, keys }) => ({ column, wrong, keys }))).toEqual([
      { column: '建筑面积', wrong: 1, keys: ['F4'] },
      { column: '业主身份证号', wrong: 1, keys: [] },
    ]);
    expect(disagreements[1]?.register).toBe('不动产权属信息《不动产登记暂行条例》第八条');
  });
});

test('where staff put another before the registers, its word is the one that counts', async () => {
  const version = await draftPriority(
    platform,
    entriesSchema.parse([
      {
        ...{ entity: 'dwelling', attribute: 'floor_area', source: 'maintenance_fund.dwelling', priority: 1 },
        reason: '分户账已核',
      },
    ]),
    { user: 'clerk', reason: '测试' },
  );
  await tryPriority(platform, version);
  await activatePriority(platform, version);
  await build();
  const areas = Object.entries(await compared(new Set(['base.source_priority']))).filter(([name]) =>
    name.endsWith('floor_area'),
  );
  expect(Object.fromEntries(areas)).toEqual({
    // Of H0004 the certificate says 46 as the fund does, the registry 44 and we 44.01.
    'operations.dwelling floor_area': [0, 3],
    'property.house_registry floor_area': [0, 1],
    'property.ownership floor_area': [1, 1],
  });
});
