/** Two houses, two enterprises and two people decided to be one: all of the base layer says so after the next run, and no longer once it is undone. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { buildModels, type ModelResult } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { asOf, codesOf } from '../../pipelines/history/as-of.ts';
import { decidedFiles } from '../../pipelines/linkage/decided.ts';
import { linkPersons } from '../../pipelines/linkage/persons/step.ts';
import { decide, undo } from '../../pipelines/linkage/persons/store.ts';
import { resolvedIdSql } from '../../pipelines/linkage/resolved-id.ts';
import { refreshOpenViews } from '../../pipelines/open-views.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import type { IdentityEntity } from '../../warehouse/operational/tables/who-is-who.ts';
import { FOLLOWERS } from '../support/followed-days.ts';
import { OTHER, deliverTwice, KEPT } from '../support/merged-town.ts';
import { temporaryDirectory, testPlatform, type TestPlatform } from '../support/platform.ts';
import { deliverSmallCity } from '../support/small-city.ts';
import { baseProjectOnHandMadeRows, createStdTables } from '../support/std-tables.ts';

const AS_OF = '2026-10-31';
const MART = 'mart_supply__dwelling';
type Merged = keyof typeof KEPT;
let platform: TestPlatform;
let project: { path: string; dispose: () => Promise<void> };
let before: Map<string, string>;
const made: number[] = [];

beforeAll(async () => {
  platform = await testPlatform();
  const { nodes } = await loadProject(MODELS_DIRECTORY);
  const tables = FOLLOWERS.flatMap((name) => nodes.get(name)?.refs ?? []);
  project = await temporaryDirectory();
  await baseProjectOnHandMadeRows(project.path, { tables, withMarts: true });
  await createStdTables(platform.warehouse);
  await deliverSmallCity(platform.warehouse);
  await deliverTwice(platform.warehouse);
  before = hashes(await run());
}, 400_000);
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

/** As a run builds: decisions of the store as seeds, the linkage of persons in between, then a mart. */
async function run(full = false): Promise<ModelResult[]> {
  const loaded = await loadProject(project.path, await decidedFiles(platform.store));
  const build = (select: readonly string[], exclude: readonly ModelResult[] = []): Promise<ModelResult[]> =>
    buildModels(platform, loaded, {
      ...{ asOf: AS_OF, full, select: select.map((name) => `+${name}`) },
      exclude: exclude.map(({ name }) => name),
    });
  const records = await build(['person_record']);
  await linkPersons(platform);
  const all = [...records, ...(await build([...SAID.map(([, table]) => table), MART], records))];
  expect(
    all.flatMap(({ name, status, reason }) => (reason === undefined ? [] : [[name, status, reason]])),
  ).toEqual([]);
  return all;
}
const hashes = (results: readonly ModelResult[]): Map<string, string> =>
  new Map(results.map(({ name, hash }) => [name, hash]));

const one = <T>(sql: string, schema: z.ZodType<T>): Promise<T> => platform.warehouse.value(sql, schema);
const idOf = (entity: IdentityEntity, code: string): Promise<string> =>
  one(`SELECT ${resolvedIdSql(entity, `'${code}'`)}`, z.string());
/** How many rows say the id of the one kept, and of the other. */
const said = async (entity: Merged, table: string, column = `${entity}_id`): Promise<number[]> =>
  one(
    `SELECT [countIf(${column} = '${await idOf(entity, KEPT[entity])}'), countIf(${column} = '${await idOf(entity, OTHER[entity])}')] FROM base.${table}`,
    z.array(z.coerce.number()),
  );
const SAID: readonly [Merged, string, column?: string][] = [
  ['dwelling', 'dwelling'],
  ['dwelling', 'contract'],
  ['dwelling', 'contract_occupant'],
  ['dwelling', 'complaint'],
  ['dwelling', 'meter'],
  ['dwelling', 'rent_bill'],
  ['dwelling', 'door_day'],
  ['dwelling', 'history_dwelling'],
  ['enterprise', 'enterprise'],
  ['enterprise', 'project'],
  ['enterprise', 'dwelling'],
  ['enterprise', 'insurance_account'],
  ['enterprise', 'person', 'employer_enterprise_id'],
  ['person', 'person'],
  ['person', 'register'],
  ['person', 'permit'],
  ['person', 'insurance_account'],
  ['person', 'insurance_month'],
  ['person', 'subsidy_payment'],
  ['person', 'contract', 'tenant_person_id'],
  ['person', 'application', 'applicant_person_id'],
  ['person', 'contract_occupant'],
  ['person', 'household_member'],
  ['person', 'property_right'],
];
const whoSaysWhat = async (): Promise<Record<string, number[]>> =>
  Object.fromEntries(
    await Promise.all(
      SAID.map(async ([entity, table, column]) => [
        `${entity} of ${table}`,
        await said(entity, table, column),
      ]),
    ),
  );

async function same(entity: Merged, node: (code: string) => Promise<string>): Promise<void> {
  const pair = { a: await node(KEPT[entity]), b: await node(OTHER[entity]) };
  made.push(
    await decide(platform.store, { entity, ...pair, verdict: 'same', author: 'wang', reason: '一房两码' }),
  );
}

test('before, each says its own', async () => {
  const each = await whoSaysWhat();
  expect(Object.entries(each).filter(([, [, other]]) => (other ?? 0) === 0)).toEqual([]);
  expect(await one('SELECT toUInt32(count()) FROM mart_supply.dwelling', z.number())).toBe(4);
});

test('decided to be one, everything says the id kept, and only what speaks of them is taken anew', async () => {
  await same('dwelling', async (code) => `house:${code}`);
  await same('enterprise', async (code) => `credit:${code}`);
  await same('person', async (number) => `person:${await idOf('person', number)}`);
  const was = await whoSaysWhat();
  const results = await run();
  // Two entries of a register are one row, and two doors' days one day; what else says who it is about is as many rows as before.
  const fewer: Record<string, number> = {
    ...{ 'dwelling of dwelling': 1, 'enterprise of enterprise': 1, 'person of person': 1 },
    ...{ 'dwelling of door_day': 2, 'enterprise of dwelling': 3 },
  };
  expect(await whoSaysWhat()).toEqual(
    Object.fromEntries(
      Object.entries(was).map(([what, [kept = 0, other = 0]]) => [what, [fewer[what] ?? kept + other, 0]]),
    ),
  );
  expect(await one('SELECT toUInt32(count()) FROM mart_supply.dwelling', z.number())).toBe(3);
  const status = new Map(results.map((result) => [result.name, result]));
  for (const name of ['division', 'rent_payment', 'std_operations__contract'])
    expect([name, status.get(name)?.status]).toEqual([name, 'skipped']);
  for (const name of ['person_source', 'insurance_month', 'rent_bill', 'person'])
    expect([name, status.get(name)?.touched]).toEqual([name, expect.any(Number)]);
});

test('the one row is that of the one kept, with what the other adds', async () => {
  const row = z.record(z.string(), z.unknown());
  expect(
    await platform.warehouse.rows(
      `SELECT house_code, toString(floor_area) AS area, water_meter_no FROM base.dwelling WHERE house_code IN ('${KEPT.dwelling}', '${OTHER.dwelling}')`,
      row,
    ),
  ).toEqual([{ house_code: KEPT.dwelling, area: '61.5', water_meter_no: 'W1' }]);
  expect(
    await platform.warehouse.rows(
      `SELECT id_number, person_name, toString(birth_date) AS born, sex_code, distinct_names AS names FROM base.person WHERE id_number IN ('${KEPT.person}', '${OTHER.person}')`,
      row,
    ),
  ).toEqual([{ id_number: KEPT.person, person_name: '张三', born: '1980-01-01', sex_code: '1', names: 4 }]);
  expect(
    await platform.warehouse.rows(
      `SELECT toUInt32(events) AS events, merged_houses FROM base.door_day ORDER BY event_date`,
      row,
    ),
  ).toEqual([
    { events: 2, merged_houses: [OTHER.dwelling] },
    { events: 1, merged_houses: [OTHER.dwelling] },
  ]);
});

/** House codes under which something is known of the dwelling, and the code it is known by. */
async function knownBy(key: string): Promise<{ kept: string; told: unknown[] }> {
  const of = { entity: 'dwelling', key } as const;
  const rows = await asOf(platform.warehouse, { ...of, known: '2026-10-31T00:00:00Z' });
  const { kept } = await codesOf(platform.warehouse, of);
  return { kept, told: rows.map(({ values }) => values['house_code']).toSorted() };
}
const bothCodes = (): Promise<unknown[]> => Promise.all([KEPT.dwelling, OTHER.dwelling].map(knownBy));

test('what was known of a dwelling is found under either of its codes', async () => {
  await refreshOpenViews(platform.warehouse);
  const both = { kept: KEPT.dwelling, told: [KEPT.dwelling, OTHER.dwelling] };
  expect(await bothCodes()).toEqual([both, both]);
});

test('by increments it is what it is when all is built whole', async () => {
  const byTheWay = hashes(await run());
  expect(hashes(await run(true))).toEqual(byTheWay);
});

test('undone, all is as it was', async () => {
  for (const id of made) await undo(platform.store, id, { author: 'wang', reason: '看错了' });
  const results = await run();
  expect(hashes(results)).toEqual(before);
  for (const name of ['person_source', 'insurance_month', 'rent_bill', 'person'])
    expect([name, results.find((result) => result.name === name)?.touched]).toEqual([
      name,
      expect.any(Number),
    ]);
  expect(await bothCodes()).toEqual(
    [KEPT.dwelling, OTHER.dwelling].map((code) => ({ kept: code, told: [code] })),
  );
});
