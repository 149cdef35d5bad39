/** Tables nobody has a contract for: kept aside whole until somebody accepts them, then landed once. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { contractsOf, saveContract } from '../../ingestion/contracts/home.ts';
import { acceptDrift, rejectDrift } from '../../ingestion/drift/decide.ts';
import { landLacking } from '../../ingestion/drift/lacking.ts';
import { driftReports } from '../../ingestion/drift/reports.ts';
import { landInbox } from '../../ingestion/landing/index.ts';
import { act } from '../../ingestion/quarantine/index.ts';
import { driftTold } from '../../pipelines/quality/drift-told.ts';
import { homeProject } from '../../pipelines/home-project.ts';
import { shownReports } from '../../api/operations/drift.ts';
import { putInInbox, rowsOf } from '../support/deliveries.ts';
import { leases } from '../support/leases.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
  await saveContract(platform.config, { ...leases, drift: { table: 'quarantine' } });
});
afterAll(() => platform.close());

const report = async (dataset: string) => {
  const reports = await driftReports(platform, { dataset });
  return reports.find(({ change }) => change === 'unknown_table');
};
const decision = async (dataset: string) => ({
  driftId: (await report(dataset))?.drift_id ?? '',
  by: 'me',
  reason: 'agreed by telephone',
});
const put = (dataset: string, day: string, content: string) =>
  putInInbox(platform, dataset, `p_202601${day}.csv`, content);
const batches = (dataset: string) =>
  platform.store.db
    .selectFrom('batch')
    .select(['landed', 'loaded', 'quarantined', 'deduplicated'])
    .where('dataset', '=', dataset)
    .where('state', '=', 'loaded')
    .orderBy('batch_id')
    .execute();
const rulesOf = (dataset: string) =>
  rowsOf(
    platform,
    `SELECT rule, toString(count()) AS rows FROM meta.quarantine WHERE dataset = '${dataset}' GROUP BY rule ORDER BY rule`,
  );
const contractOf = async (dataset: string) => (await contractsOf(platform.config)).get(dataset);

describe('of a source whose contracts quarantine new tables', () => {
  const PARKING = 'trial.parking';

  test('every delivery is received, all its rows wait, and the owner of the source is told', async () => {
    await put(PARKING, '01', 'no,rent,note\nP1,100,a\nP2,200,b\nP3,300,c\n');
    expect(await landInbox(platform)).toMatchObject([
      { dataset: PARKING, deliveries: 1, landed: 3, loaded: 0, quarantined: 3 },
    ]);
    // Another day lacks a column and has another, and one of its lines is broken; then the first file once more.
    await put(PARKING, '02', 'no,rent,floor\nP3,350,1\nP4,400,2\nP5,5,5,5\n');
    await put(PARKING, '03', 'no,rent,note\nP1,100,a\nP2,200,b\nP3,300,c\n');
    expect(await landInbox(platform)).toMatchObject([
      { dataset: PARKING, deliveries: 2, landed: 6, loaded: 0, quarantined: 3, deduplicated: 3 },
    ]);
    expect(await rulesOf(PARKING)).toEqual([
      { rule: 'column_count', rows: '1' },
      { rule: 'unknown_table', rows: '5' },
    ]);
    expect(await contractOf(PARKING)).toMatchObject({ state: 'held', owner: leases.owner });
    const written: unknown = JSON.parse(
      await readFile(join(platform.config.home, 'contracts/trial/parking.json'), 'utf8'),
    );
    expect(written).toMatchObject({ state: 'held', drift: { table: 'quarantine' } });
    expect(written).not.toHaveProperty('paths');
    const found = await report(PARKING);
    expect(found).toMatchObject({ policy: 'quarantine', deliveries: 2, state: 'open' });
    expect(found?.proposal.patch).toEqual([{ op: 'replace', path: '/state', value: 'draft' }]);
    const [shown] = await shownReports(platform, { dataset: PARKING, owner: leases.owner });
    expect(shown?.lacking.map(({ rows }) => rows)).toEqual([3, 3]);
    const told = await driftTold(platform, await contractsOf(platform.config), {
      ...{ owner: leases.owner, from: '2026-01-01', to: '2026-01-31' },
    });
    expect(told.find(({ dataset, column }) => dataset === PARKING && column === '')).toMatchObject({
      text: '报送了数据契约中没有的表，全部行已隔离待接收，请说明变更原因',
      deliveries: 2,
      since: '2026-01-01',
    });
  });

  test('nobody can let single rows in, and nothing is built of it', async () => {
    const rows = { dataset: PARKING, selection: { batchId: 1 }, author: 'me', reason: 'fine' };
    await expect(act(platform, { ...rows, kind: 'accept' })).rejects.toMatchObject({ code: 'conflict' });
    const { nodes } = await homeProject(await contractsOf(platform.config), []);
    expect([...nodes.keys()].filter((name) => name.includes('parking'))).toEqual([]);
    await expect(landLacking(platform, await decision(PARKING))).rejects.toMatchObject({ code: 'conflict' });
  });

  test('accepted, every row lands once, as if the table had always had a contract', async () => {
    const accept = await decision(PARKING);
    const accepted = await acceptDrift(platform, accept);
    expect(accepted).toMatchObject({ version: 1, landedAgain: { rows: 6 }, lacking: [] });
    expect(await contractOf(PARKING)).toMatchObject({
      state: 'draft',
      fields: [
        { source: 'no', optionalColumn: false },
        { source: 'rent', optionalColumn: false },
        { source: 'note', optionalColumn: true },
      ],
    });
    expect(
      await rowsOf(
        platform,
        'SELECT no, rent, note, toString(count()) AS times FROM raw.trial__parking GROUP BY ALL ORDER BY no, rent',
      ),
    ).toEqual([
      { no: 'P1', rent: '100', note: 'a', times: '1' },
      { no: 'P2', rent: '200', note: 'b', times: '1' },
      { no: 'P3', rent: '300', note: 'c', times: '1' },
      { no: 'P3', rent: '350', note: '', times: '1' },
      { no: 'P4', rent: '400', note: '', times: '1' },
    ]);
    expect(await rulesOf(PARKING)).toEqual([{ rule: 'column_count', rows: '1' }]);
    expect(await batches(PARKING)).toEqual([
      { landed: 3, loaded: 3, quarantined: 0, deduplicated: 0 },
      { landed: 3, loaded: 2, quarantined: 1, deduplicated: 0 },
      { landed: 3, loaded: 0, quarantined: 0, deduplicated: 3 },
    ]);
    expect(await report(PARKING)).toMatchObject({ state: 'accepted', decided_by: 'me' });
    // The column only the second file has is a change of its own, and can still be had.
    const columns = await driftReports(platform, { dataset: PARKING, state: 'open' });
    expect(columns).toMatchObject([{ column_name: 'floor', change: 'new_column', policy: 'note' }]);
    await expect(acceptDrift(platform, accept)).rejects.toMatchObject({ code: 'conflict' });
    await expect(landLacking(platform, accept)).rejects.toMatchObject({ code: 'conflict' });
    await put(PARKING, '04', 'no,rent,note\nP6,600,f\n');
    expect(await landInbox(platform)).toMatchObject([{ dataset: PARKING, loaded: 1, quarantined: 0 }]);
  });

  test('killed between the contract and the rows, accepting goes on; what came meanwhile keeps its place', async () => {
    const GARAGE = 'trial.garage';
    await put(GARAGE, '01', 'no,rent\nG1,100\nG2,200\n');
    await landInbox(platform);
    // As the killed process left it: the draft is in force, the report open, the rows wait.
    await saveContract(platform.config, { ...(await contractOf(GARAGE)), state: 'draft' });
    await put(GARAGE, '02', 'no,rent\nG1,150\nG3,300\n');
    expect(await landInbox(platform)).toMatchObject([{ loaded: 2 }]);
    expect(await acceptDrift(platform, await decision(GARAGE))).toMatchObject({ landedAgain: { rows: 2 } });
    expect(
      await rowsOf(
        platform,
        'SELECT no, rent, toString(_op) AS op FROM raw.trial__garage ORDER BY no, _batch_id',
      ),
    ).toEqual([
      { no: 'G1', rent: '100', op: 'Insert' },
      { no: 'G1', rent: '150', op: 'Update' },
      { no: 'G2', rent: '200', op: 'Insert' },
      { no: 'G3', rent: '300', op: 'Insert' },
    ]);
  });

  test('rejected, what comes later waits as well and asks nobody again', async () => {
    const SHOP = 'trial.shop';
    await put(SHOP, '01', 'no,rent\nS1,100\n');
    await landInbox(platform);
    await rejectDrift(platform, await decision(SHOP));
    await put(SHOP, '02', 'no,rent\nS2,100\n');
    expect(await landInbox(platform)).toMatchObject([{ loaded: 0, quarantined: 1 }]);
    expect(await report(SHOP)).toMatchObject({ state: 'rejected', deliveries: 2 });
  });

  test('a file with none of its columns is another table: refused, and put aside with the reason', async () => {
    const SHED = 'trial.shed';
    await put(SHED, '01', 'no,rent\nS1,100\n');
    await put(SHED, '02', 'colour,height\nred,2\n');
    expect(await landInbox(platform)).toMatchObject([{ dataset: SHED, quarantined: 1, refused: 1 }]);
    expect(existsSync(join(platform.config.home, 'inbox/.refused/trial/shed'))).toBe(true);
  });
});

test('what cannot be read as a table waits and holds up nobody', async () => {
  const path = await putInInbox(platform, 'trial.noise', 'n_20260101.csv', '\n\n');
  await put('trial.cellar', '01', 'no,rent\nC1,100\n');
  expect(await landInbox(platform)).toMatchObject([{ dataset: 'trial.cellar', quarantined: 1 }]);
  expect(existsSync(path)).toBe(true);
  expect(await report('trial.noise')).toMatchObject({ policy: 'freeze', deliveries: 0 });
});

test('a source no contract speaks of goes by the setting, and its further tables by its first', async () => {
  const strange = { ...platform, config: { ...platform.config, unknownSources: 'quarantine' as const } };
  await put('newcomer.one', '01', 'no,rent\nN1,100\n');
  expect(await landInbox(strange)).toMatchObject([{ dataset: 'newcomer.one', loaded: 0, quarantined: 1 }]);
  await put('newcomer.two', '01', 'no,rent\nN1,100\n');
  expect(await landInbox(platform)).toMatchObject([{ dataset: 'newcomer.two', loaded: 0, quarantined: 1 }]);
  await put('stranger.one', '01', 'no,rent\nN1,100\n');
  expect(await landInbox(platform)).toEqual([]);
  expect(await report('stranger.one')).toMatchObject({ policy: 'freeze' });
});
