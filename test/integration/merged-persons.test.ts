/** Staff say that two numbers are one person: what lists them twice is warned about, and the run goes on. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { temporaryDirectory, testPlatform, type TestPlatform } from '../support/platform.ts';
import { baseProjectOnHandMadeRows, createStdTables, deliverStd } from '../support/std-tables.ts';

const NUMBERS = ['439901198001010011', '439901198502020028'];
const DOUBLED = ['register', 'property_right', 'signing'];
let platform: TestPlatform;
let project: { path: string; dispose: () => Promise<void> };
beforeAll(async () => {
  platform = await testPlatform();
  project = await temporaryDirectory();
  await baseProjectOnHandMadeRows(project.path);
  await createStdTables(platform.warehouse);
  const people = (key: string, shared: Record<string, string> = {}) =>
    NUMBERS.map((id_number, n) => ({ [key]: `${key}${n}`, id_number, person_name: '张伟明', ...shared }));
  await deliverStd(platform.warehouse, 'police.household_register', 1, people('register_no'));
  const buyers = NUMBERS.map((id, n) => ({ signing_no: 'Q1', buyer_id_number: id, buyer_name: `张${n}` }));
  await deliverStd(platform.warehouse, 'property.net_signed_contract', 1, buyers);
});
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

const build = async () =>
  buildModels(platform, await loadProject(project.path), {
    asOf: '2026-04-30',
    select: [...DOUBLED, 'person'].map((model) => `+${model}`),
  });
const persons = () =>
  platform.warehouse.value(
    "SELECT uniqExact(person_id) FROM base.register WHERE person_id != ''",
    z.coerce.number(),
  );

test('two entries of one register become one person: built, with a warning', async () => {
  const apart = await build();
  expect(apart.filter(({ status }) => status !== 'built').map(({ name, reason }) => [name, reason])).toEqual(
    [],
  );
  expect(await persons()).toBe(2);
  await platform.warehouse.run(
    `INSERT INTO linkage.person_link
     SELECT concat('police.household_register:id_number:', lower(hex(_key_hash))), 'one', 'decision', 0 FROM base.std_police__household_register
     UNION ALL SELECT concat('property.net_signed_contract:buyer_id_number:', lower(hex(_key_hash))), 'one', 'decision', 0 FROM base.std_property__net_signed_contract`,
  );
  const merged = await build();
  expect(
    merged.filter(({ status }) => status === 'failed').map(({ name, reason }) => [name, reason]),
  ).toEqual([]);
  expect(await persons()).toBe(1);
});
