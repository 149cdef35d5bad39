/** What single rules of alert say of lets, households and payments that are there for one reading each. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { temporaryDirectory, testPlatform } from '../support/platform.ts';
import type { TestPlatform } from '../support/platform.ts';
import { AS_OF } from '../support/small-town.ts';
import { baseProjectOnHandMadeRows, createStdTables, deliverStd } from '../support/std-tables.ts';
import { watchedTown } from '../support/watched-town.ts';

let project: { path: string; dispose: () => Promise<void> };
let platform: TestPlatform;
const lines = async (sql: string): Promise<string[]> =>
  (await platform.warehouse.rows(sql, z.record(z.string(), z.unknown()))).map((each) =>
    Object.values(each).join(' '),
  );
/** What a rule names, in the order of these columns. */
const found = (rule: string, columns: string): Promise<string[]> =>
  lines(`SELECT ${columns} FROM mart_supervision.violation WHERE rule = '${rule}' ORDER BY ${columns}`);

beforeAll(async () => {
  platform = await testPlatform();
  project = await temporaryDirectory();
  await baseProjectOnHandMadeRows(project.path, { withMarts: true });
  await createStdTables(platform.warehouse);
  for (const [dataset, given] of Object.entries(watchedTown))
    await deliverStd(platform.warehouse, dataset, 1, given);
  const built = await buildModels(platform, await loadProject(project.path), {
    asOf: AS_OF,
    select: ['+mart_supervision__violation', '+mart_supervision__vacancy_month', '+maintenance_fund_part'],
  });
  expect(built.filter(({ status }) => status !== 'built')).toEqual([]);
}, 400_000);
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

describe('vacant while let', () => {
  test('is said of a silent door and two silent kinds of meter, not of one meter nor where no door ever told anything', async () => {
    expect(
      await lines(`SELECT room_no, ifNull(toString(vacant_by_doors), '-'), vacant_by_meters, silent_meter_kinds
        FROM mart_supervision.watch_dwelling WHERE room_no IN ('D20', 'D21', 'D22') ORDER BY room_no`),
    ).toEqual(['D20 1 1 1', 'D21 1 1 2', 'D22 - 1 3']);
    expect(await found('vacant_while_let', 'room_no')).toEqual(['D2', 'D21']);
  });

  test('a month before its door told anything is not vacant by doors', async () => {
    expect(
      await lines(
        "SELECT room_no, toString(month), vacant_by_doors FROM mart_supervision.vacancy_month WHERE room_no IN ('D2', 'D21', 'D22') ORDER BY room_no, month",
      ),
    ).toEqual([
      ...['D2 2026-08-01 0', 'D2 2026-09-01 0', 'D2 2026-10-01 0'],
      ...['D21 2026-08-01 0', 'D21 2026-09-01 1', 'D21 2026-10-01 1'],
      ...['D22 2026-08-01 0', 'D22 2026-09-01 0', 'D22 2026-10-01 0'],
    ]);
  });
});

describe('occupants and the contract', () => {
  test('somebody of no household, or a tenant who is not registered there, is a finding; a slip in a number is none', async () => {
    expect(
      await lines(`SELECT contract_no, occupant_count, foreign_occupants, ifNull(toString(is_tenant_resident), '-'), ifNull(toString(foreign_since), '-')
        FROM mart_supervision.watch_contract WHERE contract_no IN ('C20', 'C30', 'C31', 'C32') ORDER BY contract_no`),
    ).toEqual(['C20 0 0 - -', 'C30 3 1 1 2026-05-01', 'C31 1 0 0 -', 'C32 1 0 1 -']);
    expect(await found('occupants_mismatch', 'contract_no, toString(since)')).toEqual([
      'C30 2026-05-01',
      `C31 ${AS_OF}`,
    ]);
  });
});

describe('one person, two benefits', () => {
  test('under two applications at the same time is a finding on both; one after the other is none', async () => {
    expect(await found('benefit_twice', 'household_id, toString(since)')).toEqual([
      'A40 2025-01-01',
      'A41 2025-01-01',
      'A42 2026-09-01',
      'A42-subsidy 2026-09-01',
    ]);
    expect(
      await lines(
        "SELECT evidence_zh FROM mart_supervision.violation WHERE rule = 'benefit_twice' AND household_id = 'A42'",
      ),
    ).toEqual(['1 名成员同时列入其他 1 份正在享受保障的申请：A42-subsidy']);
  });
});
