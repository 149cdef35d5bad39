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

/** A line that says an item was worked on: `land 3/89 … loaded …`, `models 7/181 … built …`. Skipped ones cost nothing. */
const WORKED = /^(land|models) \d+\/\d+ (.*) (loaded|repeat|built)\b/;

/**
 * Kills the run once `target` items have been worked on since the first start, `delay` milliseconds into the next. Counting
 * items spreads the moments over the work on a machine of any speed; a process restarted goes on counting.
 */
async function runUntilKilled(done: number, target: number, delay: number) {
  let count = done;
  let last = '(opening)';
  let timer: NodeJS.Timeout | undefined;
  const answer = await anju(disturbed.path, ['run', '--json'], {
    onLine: (line, kill) => {
      if (/^\w+ …$/.test(line)) last = line;
      const worked = WORKED.exec(line);
      if (worked) {
        count += 1;
        last = `${String(worked[1])}: ${String(worked[2])}`;
      }
      // The first line is the first stage's; what comes before it is opening the stores.
      if (count >= target) timer ??= setTimeout(kill, delay);
    },
  });
  clearTimeout(timer);
  return { answer, count, last };
}

test('a run killed at ten random moments ends where an undisturbed one does', async () => {
  const items = reference.models.length + reference.datasets.reduce((sum, one) => sum + one.deliveries, 0);
  const perItem = ((reference.seconds['total'] ?? 0) * 1000) / items;
  const draw = drawsOf(SEED);
  const report: string[] = [];
  let done = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const target = Math.floor(((kill + draw()) * items) / KILLS);
    const delay = Math.round(draw() * perItem);
    const { answer, count, last } = await runUntilKilled(done, target, delay);
    report.push(`kill ${kill + 1}: after item ${count}/${items}, ${delay} ms into what followed ${last}`);
    expect({ kill, signal: answer.signal, stderr: answer.signal ? '' : answer.stderr.slice(-2000) }).toEqual({
      kill,
      signal: 'SIGKILL',
      stderr: '',
    });
    done = count;
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
