/** Credit over the small town: what people decided costs what the indicators and rules in force say, those of staff too. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { creditByStaff } from '../support/credit-by-staff.ts';
import { temporaryDirectory, type TestPlatform, testPlatform } from '../support/platform.ts';
import { AS_OF, smallTown } from '../support/small-town.ts';
import { baseProjectOnHandMadeRows, createStdTables, deliverStd } from '../support/std-tables.ts';

const OPERATOR = '91439900MA00000011';
let project: { path: string; dispose: () => Promise<void> };
let platform: TestPlatform;

beforeAll(async () => {
  platform = await testPlatform();
  project = await temporaryDirectory();
  await baseProjectOnHandMadeRows(project.path, { withMarts: true });
  await createStdTables(platform.warehouse);
  for (const [dataset, given] of Object.entries(smallTown))
    await deliverStd(platform.warehouse, dataset, 1, given);
  await platform.warehouse.run(
    `ALTER TABLE delivered.std_operations__project UPDATE operator_credit_code = '${OPERATOR}' WHERE project_no = 'P1' SETTINGS mutations_sync = 1`,
  );
  const built = await buildModels(platform, await loadProject(project.path), {
    asOf: AS_OF,
    select: ['+mart_credit__score', 'mart_credit__entry'],
  });
  expect(built.filter(({ status }) => status !== 'built')).toEqual([]);
});
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

test('what people decided costs what indicators and rules in force say, those of staff too', () =>
  creditByStaff(platform, project.path, OPERATOR));
