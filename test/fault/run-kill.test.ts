/**
 * `kill -9` during `anju run` at ten random moments. The undisturbed home is made by `anju demo`, truth and all; the
 * disturbed one gets the same city's inbox without its truth. At the end both must hold the same, byte for byte.
 */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeCity } from '../../ingestion/sample-city/index.ts';
import { homePaths } from '../../warehouse/home.ts';
import {
  anju,
  contentOf,
  hashesOf,
  newHome,
  runAnswer,
  SMALLEST_CITY,
  SMALLEST_CITY_FLAGS,
  waitingIn,
  type Home,
  type RunAnswer,
} from '../support/anju.ts';
import { drawsOf } from '../support/draws.ts';

const KILLS = 10;
const SEED = 41;

let calm: Home;
let disturbed: Home;
let reference: RunAnswer;

beforeAll(async () => {
  [calm, disturbed] = await Promise.all([newHome(), newHome()]);
  reference = runAnswer(await anju(calm.path, ['demo', ...SMALLEST_CITY_FLAGS, '--no-serve', '--json']));
  await makeCity({ home: disturbed.path, ...SMALLEST_CITY });
  await rm(homePaths(disturbed.path).truth, { recursive: true });
}, 600_000);
afterAll(() => Promise.all([calm.dispose(), disturbed.dispose()]));

/** `land 3/89 …`, `models 7/181 …`: how far a run is. */
const ITEM = /^(land|models) (\d+)\/(\d+) (.*)$/;

/**
 * Kills the run once it is at the `target`th item of the whole work, `delay` milliseconds into what follows. Items spread the
 * moments over the work on a machine of any speed; a restarted run passes quickly over what is done.
 */
async function runUntilKilled(deliveries: number, target: number, delay: number) {
  let at = 0;
  let last = '';
  let timer: NodeJS.Timeout | undefined;
  const answer = await anju(disturbed.path, ['run', '--json'], {
    onLine: (line, kill) => {
      if (timer !== undefined) return;
      const [, stage, done, total] = ITEM.exec(line) ?? [];
      // Landing counts what still waits; what was landed before a kill lies behind.
      if (stage === 'land') at = deliveries - Number(total) + Number(done);
      if (stage === 'models') at = deliveries + Number(done);
      last = line;
      if (at >= target) timer = setTimeout(kill, delay);
    },
  });
  clearTimeout(timer);
  return { signal: answer.signal, stderr: answer.stderr, at, last };
}

test('a run killed at ten random moments ends where an undisturbed one does', async () => {
  const deliveries = reference.datasets.reduce((sum, one) => sum + one.deliveries, 0);
  const items = deliveries + reference.models.length;
  const perItem = ((reference.seconds['total'] ?? 0) * 1000) / items;
  const draw = drawsOf(SEED);
  const report: string[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    // The last few items are left alone: a run that ends before its kill would show nothing.
    const target = Math.floor(((kill + draw()) * (items - 5)) / KILLS);
    const delay = Math.round(draw() * perItem);
    const { signal, stderr, at, last } = await runUntilKilled(deliveries, target, delay);
    report.push(`kill ${kill + 1}: at ${at}/${items}, ${delay} ms after: ${last}`);
    expect({ kill, signal, stderr: signal ? '' : stderr.slice(-2000) }).toEqual({
      kill,
      signal: 'SIGKILL',
      stderr: '',
    });
  }
  process.stderr.write(`${report.join('\n')}\n`);
  const last = runAnswer(await anju(disturbed.path, ['run', '--json']));
  expect(last.ok).toBe(true);
  expect(hashesOf(last)).toEqual(hashesOf(reference));
  expect(last.metrics).toEqual(reference.metrics);
  expect(await waitingIn(disturbed.path)).toEqual([]);
  // Not what the runs noted about themselves, but what the tables hold: nothing lost, nothing twice.
  const [expected, found] = [await contentOf(calm.path), await contentOf(disturbed.path)];
  expect(found).toEqual(expected);
  expect(Object.keys(found.tables).filter((name) => name.startsWith('mart_')).length).toBeGreaterThan(15);
}, 900_000);
