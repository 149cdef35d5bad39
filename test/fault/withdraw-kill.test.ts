/** A process killed at any step of withdrawing a batch whose quarantine was worked on, then started again, ends where an undisturbed one does. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import type { FaultPoint } from '../../ingestion/landing/fault-points.ts';
import { recover } from '../../ingestion/landing/index.ts';
import { settleActions } from '../../ingestion/quarantine/index.ts';
import { killedAt, within } from '../support/killed-at.ts';
import { type Home, newHome, temporaryDirectory } from '../support/platform.ts';
import { accept, landFund, mend, stateOf } from '../support/repaired-town.ts';

const POINTS: FaultPoint[] = [
  'withdraw-planned',
  'withdraw-repairs-forgotten',
  'withdraw-quarantine-removed',
  'withdraw-removed',
  'withdraw-let-go',
  // In landing again what was decided against it.
  'after-attach',
];
const program = fileURLToPath(new URL('./withdraw-once.ts', import.meta.url));

/** What waits when the home is opened again is settled as every run settles it. */
const settled = (home: Home): Promise<unknown> =>
  within(home, async (platform) => {
    await settleActions(platform);
    await recover(platform);
    return stateOf(platform);
  });

test('killed at every step, a withdrawal ends as if the batch had never come', async () => {
  const calm = await newHome();
  const expected = await within(calm, async (platform) => {
    await mend(platform, await landFund(platform, 'early'));
    await mend(platform, await landFund(platform, 'late'));
    return stateOf(platform);
  });
  await calm.dispose();
  const repaired = await newHome();
  const wrong = await within(repaired, async (platform) => {
    await mend(platform, await landFund(platform, 'early'));
    const batchId = await landFund(platform, 'wrong');
    await mend(platform, batchId);
    await accept(platform, batchId);
    await mend(platform, await landFund(platform, 'late'));
    return batchId;
  });
  for (const point of POINTS) {
    const home = await temporaryDirectory();
    await promisify(execFile)('cp', ['-RP', `${repaired.path}/.`, home.path]);
    expect(await killedAt(point, program, home.path, String(wrong))).toBe('SIGKILL');
    expect({ point, state: await settled(home) }).toEqual({ point, state: expected });
    await home.dispose();
  }
  await repaired.dispose();
}, 1_800_000);
