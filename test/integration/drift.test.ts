import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type OperationName, performOperation } from '../../api/operations/index.ts';
import { contractsOf, saveContract } from '../../ingestion/contracts/home.ts';
import { acceptDrift, rejectDrift } from '../../ingestion/drift/decide.ts';
import { landLacking } from '../../ingestion/drift/lacking.ts';
import { driftReports } from '../../ingestion/drift/reports.ts';
import { landFile, landInbox } from '../../ingestion/landing/index.ts';
import { putInInbox, rowsOf, waterCsv } from '../support/deliveries.ts';
import { LEASE_HEADER as HEADER, leases, leasesAt } from '../support/leases.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
let land: ReturnType<typeof leasesAt>['land'];
let reports: ReturnType<typeof leasesAt>['reports'];
let quarantined: ReturnType<typeof leasesAt>['quarantined'];
beforeAll(async () => {
  platform = await testPlatform();
  ({ land, reports, quarantined } = leasesAt(platform));
});
afterAll(() => platform.close());

describe('a column the contract does not have', () => {
  const header = `${HEADER},联系电话`;
  const lines = ['L1,100,男,60,13800138000', 'L2,200,女,61,'];

  test('is noted and left out unless the contract says otherwise', async () => {
    expect(await land('noted', header, lines, {})).toMatchObject({ state: 'loaded', loaded: 2 });
    expect(await reports('noted')).toMatchObject([
      {
        entity: 'column',
        column_name: '联系电话',
        change: 'new_column',
        policy: 'note',
        deliveries: 1,
        state: 'open',
      },
    ]);
    expect(await land('noted', header, ['L3,1,男,60,'])).toMatchObject({ state: 'loaded' });
    expect(await reports('noted')).toMatchObject([{ deliveries: 2 }]);
  });

  test('evolve keeps it as one more column of raw, and rows without it stay what they are', async () => {
    expect(await land('evolving', HEADER, ['L1,100,男,60'], { column: 'evolve' })).toMatchObject({
      loaded: 1,
    });
    expect(
      await land('evolving', header, ['L1,100,男,60,', ...lines.slice(1), 'L3,1,男,60,138']),
    ).toMatchObject({
      state: 'loaded',
      loaded: 2,
      deduplicated: 1,
    });
    expect(
      await rowsOf(
        platform,
        'SELECT `租约编号` AS no, `联系电话` AS phone FROM raw.trial__evolving ORDER BY no',
      ),
    ).toEqual([
      { no: 'L1', phone: '' },
      { no: 'L2', phone: '' },
      { no: 'L3', phone: '138' },
    ]);
    expect(await land('evolving', HEADER, ['L2,200,女,61'])).toMatchObject({ loaded: 0, deduplicated: 1 });
  });

  test('freeze refuses the delivery', async () => {
    const result = await land('frozen', header, lines, { column: 'freeze' });
    expect(result).toMatchObject({
      state: 'refused',
      refusal: { where: { rule: 'new_column', column: '联系电话' } },
    });
    expect(await reports('frozen')).toMatchObject([{ change: 'new_column', policy: 'freeze' }]);
  });

  test('quarantine sets the rows aside that have a value in it', async () => {
    expect(await land('watched', header, lines, { column: 'quarantine' })).toMatchObject({
      loaded: 1,
      quarantined: 1,
    });
    expect(await quarantined('watched')).toEqual([{ rule: 'new_column', field: '', rows: '1' }]);
  });
});

test('a required column that is gone refuses the delivery and is reported with a proposal', async () => {
  expect(await land('missing', '租约编号,月租金,性别', ['L1,100,男'], {})).toMatchObject({
    state: 'refused',
  });
  expect(await reports('missing')).toMatchObject([
    {
      column_name: '面积',
      change: 'missing_column',
      proposal: { patch: [{ op: 'replace', path: '/fields/3/optionalColumn', value: true }] },
    },
  ]);
});

describe('a column whose values fail too often', () => {
  const good = Array.from({ length: 12 }, (_, i) => `A${i},100,男,60`);
  const bad = Array.from({ length: 4 }, (_, i) => `B${i},much,男,60`);

  test.each([
    ['evolve', { state: 'loaded', loaded: 16, quarantined: 0 }],
    ['quarantine', { state: 'loaded', loaded: 12, quarantined: 4 }],
    [
      'freeze',
      { state: 'refused', refusal: { where: { rule: 'type_drift', column: '月租金', share: 0.25 } } },
    ],
  ] as const)('%s', async (policy, result) => {
    expect(await land(`type_${policy}`, HEADER, [...good, ...bad], { type: policy })).toMatchObject(result);
    expect(await reports(`type_${policy}`)).toMatchObject([
      { entity: 'type', column_name: '月租金', change: 'failing_values', share: 0.25, policy },
    ]);
  });

  test('below the threshold nothing is said', async () => {
    expect(await land('type_few', HEADER, [...good, 'C1,much,男,60'], { type: 'freeze' })).toMatchObject({
      loaded: 13,
    });
    expect(await reports('type_few')).toEqual([]);
  });
});

describe('a table nobody has a contract for', () => {
  const parking = 'no,rent\nP1,100\nP2,200\n';
  test('is reported and waits; accepted, it lands under a draft', async () => {
    await putInInbox(platform, 'unheard.parking', 'p_20260101.csv', parking);
    expect(await landInbox(platform)).toEqual([]);
    const [report] = await driftReports(platform, { dataset: 'unheard.parking' });
    expect(report).toMatchObject({ entity: 'table', change: 'unknown_table', policy: 'freeze' });
    await acceptDrift(platform, { driftId: report?.drift_id ?? '', by: 'me', reason: 'agreed by telephone' });
    expect(await landInbox(platform)).toMatchObject([{ dataset: 'unheard.parking', loaded: 2 }]);
  });
  test('of a source whose contracts let tables come lands by itself', async () => {
    await saveContract(platform.config, { ...leases, dataset: 'open_source', drift: { table: 'evolve' } });
    await putInInbox(platform, 'trial.parking', 'p_20260101.csv', parking);
    expect(await landInbox(platform)).toMatchObject([{ dataset: 'trial.parking', loaded: 2 }]);
  });
});

describe('decisions', () => {
  test('accepted, a contract of the home gets its next version, and the column lands from then on', async () => {
    await land('decided', HEADER, ['L0,100,男,60'], {});
    await land('decided', `${HEADER},手机号`, ['L1,100,男,60,13800138000']);
    const [report] = await reports('decided');
    const accepted = await acceptDrift(platform, {
      driftId: report?.drift_id ?? '',
      by: 'me',
      reason: 'agreed',
    });
    expect(accepted).toMatchObject({ version: 2 });
    const contract = (await contractsOf(platform.config)).get('trial.decided');
    expect(contract).toMatchObject({
      version: 2,
      versions: [{ version: 1, effectiveFrom: '1900-01-01' }],
      fields: [{}, {}, {}, {}, { source: '手机号', optionalColumn: true }],
    });
    expect(await land('decided', `${HEADER},手机号`, ['L2,100,男,60,13900139000'])).toMatchObject({
      loaded: 1,
    });
    expect(
      await rowsOf(platform, 'SELECT `手机号` AS phone FROM raw.trial__decided ORDER BY phone DESC LIMIT 1'),
    ).toEqual([{ phone: '13900139000' }]);
    const ledger = await platform.store.db
      .selectFrom('delivery')
      .select('contract_version')
      .where('dataset', '=', 'trial.decided')
      .orderBy('received_at')
      .execute();
    expect(ledger.map(({ contract_version }) => contract_version)).toEqual([1, 1, 2]);
    await expect(
      acceptDrift(platform, { driftId: report?.drift_id ?? '', by: 'me', reason: 'again' }),
    ).rejects.toThrow('accepted already');
  });

  test('what came with an accepted column and was left without it lands again, once, from the files kept', async () => {
    await land('recovered', HEADER, ['L0,100,男,60'], {});
    await land('recovered', `${HEADER},手机号`, ['L1,100,男,60,138', 'L2,100,男,60,']);
    await land('recovered', `${HEADER},手机号`, ['L1,200,男,60,139', 'L3,100,男,60,137', 'L4,much,男,60,1']);
    const [report] = await reports('recovered');
    const decision = { driftId: report?.drift_id ?? '', by: 'me', reason: 'agreed' };
    await expect(landLacking(platform, decision)).rejects.toMatchObject({ code: 'conflict' });
    const { lacking } = await acceptDrift(platform, decision);
    expect(lacking.map(({ rows }) => rows)).toEqual([2, 3]);
    const batches = lacking.map(({ batchId }) => batchId);
    expect(await landLacking(platform, decision)).toMatchObject({ batches, rows: 5 });
    expect(
      await rowsOf(
        platform,
        'SELECT `租约编号` AS no, `月租金` AS rent, `手机号` AS phone FROM raw.trial__recovered ORDER BY no, _batch_id',
      ),
    ).toMatchObject([
      { no: 'L0', phone: '' },
      { no: 'L1', rent: '100', phone: '138' },
      { no: 'L1', rent: '200', phone: '139' },
      { no: 'L2', phone: '' },
      { no: 'L3', phone: '137' },
      { no: 'L4', phone: '1' },
    ]);
    await expect(landLacking(platform, decision)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('lacks'),
    });
    expect(await reports('recovered')).toMatchObject([{ state: 'accepted', deliveries: 2 }]);
  });

  test('for a contract in the code the answer says what to commit; rejected, a change stays rejected', async () => {
    const file = waterCsv([['W0000001', '2026-01-01', '10.0', '1.0', '3.00']]).replace(
      '水费金额\n',
      '水费金额,抄表员姓名\n',
    );
    const path = join(platform.config.home, 'water.csv');
    await writeFile(path, file.replace('3.00\n', '3.00,王某\n'));
    await landFile(platform, { path, dataset: 'utilities.water_reading', businessDate: '2026-01-02' });
    const perform = (name: OperationName, params: unknown): Promise<unknown> =>
      performOperation(platform, name, params, {
        onProgress: () => undefined,
        signal: new AbortController().signal,
      });
    const [report] = await driftReports(platform, { dataset: 'utilities.water_reading' });
    const decide = { driftId: report?.drift_id ?? '', decision: 'accept', reason: 'asked them' };
    expect(await perform('drift', { dataset: 'utilities.water_reading', decide })).toMatchObject({
      accepted: { version: null, text: expect.stringContaining('抄表员姓名') },
      reports: [{ state: 'accepted', decidedBy: 'command line', reason: 'asked them' }],
    });
    const audit = await platform.store.db
      .selectFrom('audit_log')
      .selectAll()
      .where('action', '=', 'drift.accept')
      .execute();
    expect(audit).toMatchObject([{ object: report?.drift_id, reason: 'asked them', outcome: 'ok' }]);

    const [other] = await reports('noted');
    await rejectDrift(platform, { driftId: other?.drift_id ?? '', by: 'me', reason: 'their mistake' });
    await land('noted', `${HEADER},联系电话`, ['L9,1,男,60,']);
    expect(await reports('noted')).toMatchObject([{ state: 'rejected', deliveries: 3 }]);
  });
});
