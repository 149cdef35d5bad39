/** What yields brought to dwellings, how much of the fund is used, and who of the tenants of a year ago is one still: by hand. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { handMadeTown, type HandMadeTown, linesOf } from '../support/hand-made-town.ts';
import { deliverSmallFund } from '../support/small-fund.ts';
import { AS_OF, smallTown } from '../support/small-town.ts';
import { deliverStd } from '../support/std-tables.ts';

let project: HandMadeTown['project'];
let platform: HandMadeTown['platform'];

beforeAll(async () => {
  ({ platform, project } = await handMadeTown(smallTown));
  const { warehouse } = platform;
  await deliverSmallFund(warehouse);
  await deliverStd(warehouse, 'maintenance_fund.ledger_entry', 2, [
    {
      ...{ entry_no: 'M6', account_no: 'Z1', entry_kind: 'yield', income: '12.50', expense: 0 },
      ...{ booked_on: '2026-09-20', source_no: 'S2' },
    },
  ]);
  const built = await buildModels(platform, await loadProject(project.path), {
    asOf: AS_OF,
    select: ['account', 'growth', 'yield']
      .map((name) => `+mart_fund__${name}`)
      .concat('+mart_tenant__tenant'),
  });
  expect(built.filter(({ status }) => status !== 'built')).toEqual([]);
});
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

const lines = (sql: string): Promise<string[]> => linesOf(platform, sql);

test('a share of a yield stands where its account is; what is booked after the day does not count', async () => {
  expect(
    await lines(
      'SELECT entry_no, account_no, area_name, district_code, toString(amount) FROM mart_fund.growth',
    ),
  ).toEqual(['M6 Z1 临水花园 439901 12.5']);
});

test('used of what was paid in: yields are no deposit', async () => {
  expect(
    await lines(
      'SELECT account_no, toString(paid_in), toString(used) FROM mart_fund.account ORDER BY account_no',
    ),
  ).toEqual(['Z1 6000 4300.01', 'Z2 6000 4200', 'Z3 0 0']);
});

test('of the three contracts of a year ago one ended, and its tenant has no other', async () => {
  expect(
    await lines(
      'SELECT contract_no, is_still_tenant FROM mart_tenant.tenant WHERE was_tenant_year_ago ORDER BY contract_no',
    ),
  ).toEqual(['C1 1', 'C2 1', 'C3 0']);
});
