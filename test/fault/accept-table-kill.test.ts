/** A process killed at any step of accepting a table that was held, then started again, ends where an undisturbed one does. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { saveContract } from '../../ingestion/contracts/home.ts';
import { acceptDrift } from '../../ingestion/drift/decide.ts';
import { driftReports } from '../../ingestion/drift/reports.ts';
import type { FaultPoint } from '../../ingestion/landing/fault-points.ts';
import { landInbox, recover } from '../../ingestion/landing/index.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { putInInbox, rowsOf } from '../support/deliveries.ts';
import { leases } from '../support/leases.ts';
import { killedAt, within } from '../support/killed-at.ts';
import { type Home, newHome, temporaryDirectory } from '../support/platform.ts';

const POINTS: FaultPoint[] = [
  'withdraw-planned',
  'withdraw-quarantine-removed',
  'withdraw-removed',
  'withdraw-let-go',
  'after-attach-quarantine',
  'after-attach',
  'before-commit',
];
const DATASET = 'trial.parking';
const program = fileURLToPath(new URL('./accept-table-once.ts', import.meta.url));

/** Rows of raw and quarantine, and what the ledger says of each batch. */
const stateOf = async (platform: Platform) => ({
  raw: await rowsOf(
    platform,
    'SELECT no, rent, toString(_op) AS op, toString(_batch_id) AS batch FROM raw.trial__parking ORDER BY no, _batch_id, _row_no',
  ),
  quarantine: await rowsOf(
    platform,
    `SELECT toString(batch_id) AS batch, toString(row_no) AS row, rule FROM meta.quarantine WHERE dataset = '${DATASET}' ORDER BY batch, row`,
  ),
  batches: await platform.store.db
    .selectFrom('batch')
    .select(['batch_id', 'state', 'landed', 'loaded', 'quarantined', 'deduplicated'])
    .orderBy('batch_id')
    .execute(),
  reports: (await driftReports(platform, { dataset: DATASET })).map(({ change, state }) => [change, state]),
});

test('killed at every step, a table that is accepted ends with every row once', async () => {
  const waiting = await newHome();
  const driftId = await within(waiting, async (platform) => {
    await saveContract(platform.config, { ...leases, drift: { table: 'quarantine' } });
    await putInInbox(platform, DATASET, 'p_20260101.csv', 'no,rent\nP1,100\nP2,200\nP3,3,3\n');
    await putInInbox(platform, DATASET, 'p_20260102.csv', 'no,rent\nP2,250\nP4,400\n');
    await landInbox(platform);
    const [report] = await driftReports(platform, { dataset: DATASET });
    return report?.drift_id ?? '';
  });
  const copy = async (): Promise<Home> => {
    const home = await temporaryDirectory();
    await promisify(execFile)('cp', ['-RP', `${waiting.path}/.`, home.path]);
    return home;
  };
  const calm = await copy();
  const expected = await within(calm, async (platform) => {
    await acceptDrift(platform, { driftId, by: 'staff', reason: 'agreed' });
    return stateOf(platform);
  });
  await calm.dispose();
  expect(expected.raw).toHaveLength(4);
  expect(expected.quarantine).toEqual([{ batch: '1', row: '3', rule: 'column_count' }]);
  for (const point of POINTS) {
    const home = await copy();
    expect(await killedAt(point, program, home.path, driftId)).toBe('SIGKILL');
    const state = await within(home, async (platform) => {
      await recover(platform);
      return stateOf(platform);
    });
    expect({ point, state }).toEqual({ point, state: expected });
    await home.dispose();
  }
  await waiting.dispose();
}, 1_800_000);
