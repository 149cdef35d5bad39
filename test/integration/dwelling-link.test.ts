/** Which dwelling a record means: by code, unit code, address, alias or contract, and which enterprise; why, and why not. On rows written by hand. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { whyLinked, type Why } from '../../pipelines/linkage/why.ts';
import { temporaryDirectory, testPlatform, type TestPlatform } from '../support/platform.ts';
import {
  baseProjectOnHandMadeRows,
  createStdTables,
  deliverStd,
  type StdRow,
} from '../support/std-tables.ts';

const UNIT_A = '439901001001GB00001F00010501';
const UNIT_X = '439901001001GB00009F00010001';
const PLACE = '湘安市安澜区澜台街道劳动路12号安居家园';

let platform: TestPlatform;
let project: { path: string; dispose: () => Promise<void> };
let links: Map<string, { house_code: string; how: string; is_contradictory: number; dwelling_id: string }>;

const link = z.object({
  record_key: z.string(),
  house_code: z.string(),
  how: z.string(),
  is_contradictory: z.number(),
  dwelling_id: z.string(),
});

beforeAll(async () => {
  platform = await testPlatform();
  project = await temporaryDirectory();
  await baseProjectOnHandMadeRows(project.path);
  await createStdTables(platform.warehouse);
  const deliver = (id: string, ...rows: StdRow[]): Promise<void> =>
    deliverStd(platform.warehouse, id, 1, rows);
  await deliver(
    'property.house_registry',
    {
      house_code: 'H501',
      real_estate_unit_code: UNIT_A,
      address: `${PLACE}3栋1单元501室`,
      district: '安澜区',
      compound: '安居家园',
    },
    { house_code: 'H502', address: `${PLACE}3栋1单元502室`, district: '安澜区' },
    { house_code: 'H502B', address: `${PLACE}3栋2单元502室`, district: '安澜区' },
    {
      house_code: 'H601',
      district: '安澜区',
      street: '澜台街道',
      road: '劳动路12号',
      compound: '安居家园',
      building_no: '3栋',
      unit_no: '1单元',
      room_no: '601',
    },
  );
  await deliver(
    'property.house_survey',
    { survey_no: 'by-code', house_code: 'H501', address: '' },
    { survey_no: 'miscopied', house_code: 'H502', real_estate_unit_code: UNIT_A, address: '安居家园3-1-501' },
    { survey_no: 'from-columns', address: '安居家园三幢一单元601房' },
    { survey_no: 'two-fit', address: '安居家园3栋502室' },
    { survey_no: 'elsewhere', address: '望舒区安居家园3栋1单元501室' },
    { survey_no: 'nicknamed', address: '安澜区阀门厂宿舍3栋1单元501' },
    { survey_no: 'renumbered', address: '安澜区红砖楼7栋1单元501' },
    { survey_no: 'new-house', house_code: 'H900', real_estate_unit_code: UNIT_X },
  );
  await deliver(
    'property.ownership',
    {
      certificate_no: 'by-unit',
      owner_id_number: '',
      real_estate_unit_code: UNIT_A,
      address: `${PLACE}3栋1单元501室`,
    },
    { certificate_no: 'unit-of-new', owner_id_number: '', real_estate_unit_code: UNIT_X },
  );
  await deliver('property.net_signed_contract', {
    signing_no: 'sale-1',
    buyer_id_number: '',
    address: '安澜区书香街9号2栋1室',
  });
  await deliver('housing_security.direct_managed_housing', {
    tenancy_no: 'let-1',
    address: '湘安市安澜区书香街9号二栋1房',
  });
  // The register of assisted dwellings knows it too, and says less of it.
  await deliver('operations.dwelling', { house_code: 'H501' });
  await deliver('operations.contract', { contract_no: 'K1', house_code: 'H501' });
  await deliver('operations.repair', { repair_no: 'of-contract', contract_no: 'K1', house_code: '' });
  const company = { credit_code: '91439900MA00000011', enterprise_name: '云河安居公司' };
  await deliver(
    'market_regulation.business_registry',
    company,
    { credit_code: '91439900MA00000022', enterprise_name: '临水物业公司' },
    { credit_code: '91439900MA00000033', enterprise_name: '临水物业公司' },
  );
  await deliver(
    'social_insurance.enterprise_basic',
    { insurance_no: 'by-name', id_number: '', unit_name: '云河安居公司' },
    { insurance_no: 'of-two', id_number: '', unit_name: '临水物业公司' },
  );
  const models = await loadProject(project.path, [
    {
      path: 'seeds/decided_address_alias.csv',
      content:
        'said_district,said_compound,said_building,means_district,means_compound,means_building,decided_by\n' +
        '安澜区,阀门厂宿舍,,,安居家园,,周敏\n' +
        '安澜区,红砖楼,7,,安居家园,3,周敏\n',
    },
  ]);
  const results = await buildModels(platform, models, {
    asOf: '2026-10-31',
    select: ['+dwelling_link', '+enterprise_link'],
  });
  expect(results.filter(({ status }) => status !== 'built')).toEqual([]);
  const rows = await platform.warehouse.rows(
    'SELECT record_key, house_code, how, is_contradictory, dwelling_id FROM base.dwelling_link',
    link,
  );
  links = new Map(rows.map((row) => [row.record_key, row]));
});
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

test.each([
  ['by-code', 'H501', 'house_code'],
  ['by-unit', 'H501', 'unit_code'],
  ['from-columns', 'H601', 'address'],
  ['nicknamed', 'H501', 'alias'],
  ['of-contract', 'H501', 'contract'],
])('%s', (key, house, how) => {
  expect(links.get(key)).toMatchObject({ house_code: house, how, is_contradictory: 0 });
});

test('unit code and address outvote a miscopied house code, and the record says so', () => {
  expect(links.get('miscopied')).toMatchObject({ house_code: 'H501', how: 'unit_code', is_contradictory: 1 });
});

test('an address that fits two dwellings, or contradicts the one it fits, names none', () => {
  expect(links.get('two-fit')).toMatchObject({ house_code: '', dwelling_id: '' });
  expect(links.get('elsewhere')?.house_code).toBe('');
  expect(links.get('elsewhere')?.dwelling_id).not.toBe(links.get('by-code')?.dwelling_id);
});

test('what no register knows is one dwelling for all that name it alike', () => {
  expect(links.get('sale-1')).toMatchObject({ house_code: '', how: 'unregistered_address' });
  expect(links.get('let-1')?.dwelling_id).toBe(links.get('sale-1')?.dwelling_id);
  expect(links.get('unit-of-new')?.dwelling_id).toBe(links.get('new-house')?.dwelling_id);
});

const why = (a: string, b: string, entity: 'dwelling' | 'enterprise' = 'dwelling'): Promise<Why> =>
  whyLinked(platform, { entity, a, b });
const ruled = ({ rules }: Why): Record<string, string> =>
  Object.fromEntries(
    rules.map(({ rule, holds, failed }) => [
      rule,
      holds ? 'holds' : failed.map(({ comparison, level }) => `${comparison} ${level}`).join(', '),
    ]),
  );

test('why: which rule holds between two records, and which conditions of the others fail; no value is told', async () => {
  const byUnit = await why('property.ownership:by-unit', 'house:H501');
  expect(byUnit).toMatchObject({ same: true, sum: null, a: { how: 'unit_code', anchor: 'house:H501' } });
  expect(byUnit.because).toMatch(/^Linked: one by unit_code/);
  expect(ruled(byUnit)).toEqual({
    ...{ unit_code: 'holds', address: 'holds' },
    ...{ house_code: 'house_code not known', contract: 'contract_no neither says' },
  });
  const nicknamed = await why('property.house_survey:nicknamed', 'house:H501');
  expect(nicknamed).toMatchObject({ same: true, a: { how: 'alias' } });
  expect(nicknamed.evidence).toContainEqual({ comparison: 'compound', level: 'alias', weight: null });
  // Its building has another number in the register, too: people said so of both together.
  const renumbered = await why('property.house_survey:renumbered', 'house:H501');
  expect(renumbered).toMatchObject({ same: true, a: { how: 'alias' } });
  expect(ruled(renumbered)['address']).toBe('holds');
  // 楼盘表 says which unit the house is, whatever the other register leaves out.
  const otherUnit = await why('property.house_survey:new-house', 'house:H501');
  expect(ruled(otherUnit)).toMatchObject({ unit_code: 'unit_code different' });
  const elsewhere = await why('property.house_survey:elsewhere', 'house:H501');
  expect(elsewhere.same).toBe(false);
  expect(ruled(elsewhere)['address']).toBe('district different');
  expect(JSON.stringify([byUnit, nicknamed, renumbered, elsewhere])).not.toMatch(/[\u4e00-\u9fff]/);
});

test('why not: a code that is outvoted, a name that two bear, a record nobody knows', async () => {
  const outvoted = await why('property.house_survey:miscopied', 'house:H502');
  expect(outvoted).toMatchObject({ same: false, a: { how: 'unit_code', anchor: 'house:H501' } });
  expect(outvoted.because).toMatch(/^Not linked: house_code would link them, but a stronger rule/);
  const named = await why(
    ...(['social_insurance.enterprise_basic:by-name', 'credit:91439900MA00000011', 'enterprise'] as const),
  );
  expect(named).toMatchObject({ same: true, a: { how: 'name' }, b: { how: 'credit_code' } });
  expect(ruled(named)['name']).toBe('holds');
  const ofTwo = await why(
    ...(['social_insurance.enterprise_basic:of-two', 'credit:91439900MA00000022', 'enterprise'] as const),
  );
  expect(ofTwo).toMatchObject({ same: false, because: expect.stringMatching(/says too little/) });
  expect(ruled(ofTwo)['name']).toBe('bearers several');
  await expect(why('property.house_survey:none', 'house:H501')).rejects.toMatchObject({ code: 'not_found' });
});
