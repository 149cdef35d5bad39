/** Credit over the small town: what people decided costs what the indicators and rules in force say, those of staff too. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { creditByStaff } from '../support/credit-by-staff.ts';
import { handMadeTown, type HandMadeTown } from '../support/hand-made-town.ts';
import { AS_OF, smallTown } from '../support/small-town.ts';
import { changeStd } from '../support/std-tables.ts';

const OPERATOR = '91439900MA00000011';
let project: HandMadeTown['project'];
let platform: HandMadeTown['platform'];

beforeAll(async () => {
  ({ platform, project } = await handMadeTown(smallTown));
  await changeStd(
    platform.warehouse,
    'operations.project',
    `operator_credit_code = '${OPERATOR}' WHERE project_no = 'P1'`,
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
