/** Whatever readings and openings come, in whatever order: working out only the days they tell of gives what working out all does. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildModels, type ModelResult } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { contentOf } from '../../pipelines/dbt/sql.ts';
import { measure } from '../../pipelines/dbt/state.ts';
import { temporaryDirectory, testPlatform, type TestPlatform } from '../support/platform.ts';
import { baseProjectOnHandMadeRows, createStdTables, deliverStd } from '../support/std-tables.ts';

let platform: TestPlatform;
let project: { path: string; dispose: () => Promise<void> };
beforeAll(async () => {
  platform = await testPlatform();
  project = await temporaryDirectory();
  await baseProjectOnHandMadeRows(project.path);
  await createStdTables(platform.warehouse);
});
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

const MODELS = ['meter_day', 'meter_month', 'door_day', 'door_month', 'door_house'];
const build = async (full: boolean, part_rows = 1_000_000): Promise<Map<string, ModelResult>> => {
  const asOf = '2026-04-30';
  // What houses are is another test's; here only the two tables are built again.
  const select = full ? MODELS : MODELS.map((name) => `+${name}`);
  const loaded = await loadProject(project.path);
  const inParts = { ...loaded, vars: { ...loaded.vars, part_rows } };
  const results = await buildModels(platform, inParts, { asOf, select, full });
  expect(results.flatMap(({ reason }) => reason ?? [])).toEqual([]);
  return new Map(results.map((result) => [result.name, result]));
};

/** Few days of three months, a few of them far apart, so that days meet again and meters fall silent. */
const day = fc
  .tuple(fc.constantFrom('01', '02', '03'), fc.constantFrom('01', '02', '03', '04', '15', '16', '28'))
  .map(([month, date]) => `2026-${month}-${date}`);
const reading = fc.record({
  meter_no: fc.constantFrom('M1', 'M2', 'M3'),
  reading_date: day,
  reading: fc.option(
    fc.integer({ min: 0, max: 4000 }).map((value) => value / 4),
    { freq: 6 },
  ),
  usage: fc.option(
    fc.integer({ min: -2, max: 40 }).map((value) => value / 4),
    { freq: 2 },
  ),
});
const opening = fc.record({
  // Few numbers: most are told again, of the same day, of another day of the month, or of another month.
  event_no: fc.integer({ min: 1, max: 12 }).map(String),
  house_code: fc.constantFrom('H0001', 'H0002'),
  happened_at: fc
    .tuple(day, fc.integer({ min: 10, max: 23 }))
    .map(([date, hour]) => `${date} ${hour}:00:00.000`),
  direction: fc.constantFrom('in', 'out'),
  is_registered: fc.constantFrom(0, 1),
  card_no: fc.constantFrom('', 'C1', 'C2'),
});
const delivery = fc.record({
  readings: fc.array(reading, { maxLength: 6 }),
  openings: fc.array(opening, { maxLength: 6 }),
});

test('days that are told of are worked out again, and no others need to be', async () => {
  const [deliveries] = fc.sample(fc.array(delivery, { minLength: 12, maxLength: 12 }), {
    numRuns: 1,
    seed: 20_261,
  });
  const { nodes } = await loadProject(project.path);
  let batch = 0;
  for (const { readings, openings } of deliveries ?? []) {
    batch += 1;
    await deliverStd(platform.warehouse, 'utilities.water_reading', batch, readings);
    await deliverStd(platform.warehouse, 'access_control.door_event', batch, openings);
    const increment = await build(false);
    // What an increment says its table holds is reckoned: the table holds it.
    for (const model of MODELS) {
      const node = nodes.get(model);
      const held = node && (await measure(platform.warehouse, node.relation, contentOf(node)));
      expect(held?.hash).toBe(increment.get(model)?.hash);
    }
    const whole = await build(true);
    for (const model of MODELS) expect(whole.get(model)?.hash).toBe(increment.get(model)?.hash);
  }
  expect(batch).toBe(12);
  // What is too many rows for one statement is built whole in parts.
  const whole = await build(true);
  const inParts = await build(true, 5);
  for (const model of MODELS) expect(inParts.get(model)?.hash).toBe(whole.get(model)?.hash);
});
