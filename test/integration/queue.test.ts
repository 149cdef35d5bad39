/** One contract for every job queue (pipelines/queue/queue.ts), each on its real store. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GiveUp, type Job, type JobQueue, pauseAfter } from '../../pipelines/queue/queue.ts';
import { openQueueAt } from '../support/queue-at.ts';
import { queueKinds, type QueuePlace } from '../support/queues.ts';
import { until } from '../support/until.ts';

const VICTIM = fileURLToPath(new URL('../support/queue-victim.ts', import.meta.url));
const AT_ONCE = { firstMs: 1, longestMs: 1 };

test('the pause doubles, stays in its bounds and differs', () => {
  const pauses = Array.from({ length: 50 }, () => pauseAfter(3, { firstMs: 1000, longestMs: 60_000 }));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(2000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(4000);
  expect(new Set(pauses).size).toBeGreaterThan(1);
  expect(pauseAfter(60, { firstMs: 1000, longestMs: 60_000 })).toBeLessThanOrEqual(60_000);
});

describe.each(queueKinds.filter(([, start]) => start !== null))('a job queue %s', (_name, start) => {
  let place: QueuePlace;
  let queue: JobQueue;
  beforeAll(async () => {
    place = await (start as () => Promise<QueuePlace>)();
    queue = await openQueueAt(place.address);
  });
  afterAll(async () => {
    await queue.close();
    await place.dispose();
  });
  const dead = (name: string) => until(async () => (await queue.deadLetters(name))[0]);

  test('runs each job once, by priority, then in order; a known id is not added again', async () => {
    const add = (jobId: string, priority: number) =>
      queue.add('order', 'one', { jobId }, { jobId, priority });
    for (const [id, priority] of [
      ['later', 2],
      ['task:7@2026-01-01T00:00:00Z', 1],
      ['b', 1],
      ['12', 1],
    ] as const) {
      expect(await add(id, priority)).toEqual({ id, isNew: true });
    }
    expect(await add('b', 1)).toEqual({ id: 'b', isNew: false });
    expect(await queue.stats('order')).toEqual({ waiting: 4, delayed: 0, active: 0, done: 0, dead: 0 });
    const seen: Job[] = [];
    const worker = queue.work('order', async (job) => void seen.push(job));
    await until(async () => (await queue.stats('order')).done === 4);
    expect(seen.map(({ id }) => id)).toEqual(['task:7@2026-01-01T00:00:00Z', 'b', '12', 'later']);
    expect(seen[1]).toMatchObject({
      queue: 'order',
      name: 'one',
      data: { jobId: 'b' },
      attempt: 1,
      attempts: 3,
    });
    expect(await add('b', 1)).toEqual({ id: 'b', isNew: false });
    expect([await queue.state('order', 'b'), await queue.state('order', 'never')]).toEqual(['done', null]);
    await worker.close();
    expect(seen).toHaveLength(4);
  });

  test('repeats what fails, keeps what fails for good with its last error, and replays it', async () => {
    let isMended = false;
    const attempts: number[] = [];
    queue.work('retry', async (job) => {
      attempts.push(job.attempt);
      if (!isMended) throw new Error(`no ${job.attempt}`);
    });
    await queue.add('retry', 'one', 7, { jobId: 'a', attempts: 3, backoff: AT_ONCE });
    expect(await dead('retry')).toMatchObject({
      id: 'a',
      name: 'one',
      data: 7,
      failures: 3,
      lastError: 'no 3',
    });
    expect(attempts).toEqual([1, 2, 3]);
    expect([await queue.state('retry', 'a'), await queue.replay('retry', 'b')]).toEqual(['dead', false]);
    isMended = true;
    expect(await queue.replay('retry', 'a')).toBe(true);
    await until(async () => (await queue.state('retry', 'a')) === 'done');
    expect(attempts).toEqual([1, 2, 3, 1]);
    expect(await queue.deadLetters('retry')).toEqual([]);
    expect(await queue.replay('retry', 'a')).toBe(false);
  });

  test('does not repeat what cannot succeed', async () => {
    let runs = 0;
    queue.work('hopeless', () => {
      runs += 1;
      return Promise.reject(new GiveUp(new Error('no such contract')));
    });
    await queue.add('hopeless', 'one', null, { attempts: 5, backoff: AT_ONCE });
    expect(await dead('hopeless')).toMatchObject({ failures: 1, lastError: 'no such contract' });
    expect(runs).toBe(1);
  });

  test('holds a job back until its time', async () => {
    const startedAt = Date.now();
    await queue.add('later', 'one', null, { delayMs: 300 });
    expect(await queue.stats('later')).toMatchObject({ waiting: 0, delayed: 1 });
    const waited = await new Promise<number>((resolve) => {
      queue.work('later', async () => resolve(Date.now() - startedAt));
    });
    expect(waited).toBeGreaterThanOrEqual(290);
  });

  test('runs no more of a group at once than its limit, other groups beside it', async () => {
    const running = new Map<string, number>();
    let most = 0;
    let done = 0;
    const groups = new Set<string>();
    for (const id of ['a1', 'a2', 'a3', 'b1'])
      await queue.add('group', 'one', null, { jobId: id, group: id.slice(0, 1) });
    queue.work(
      'group',
      async ({ group }) => {
        const now = (running.get(group) ?? 0) + 1;
        running.set(group, now);
        groups.add(group);
        if (group === 'a') most = Math.max(most, now);
        // Nobody goes on until both groups have been under way: were b kept behind a, this would never end.
        await until(() => groups.size === 2);
        running.set(group, now - 1);
        done += 1;
      },
      { concurrency: 4, perGroup: (group) => (group === 'a' ? 1 : 4) },
    );
    await until(() => done === 4);
    expect(most).toBe(1);
  });

  test('cancels what waits and stops what runs, without a repeat', async () => {
    await queue.add('cancel', 'one', null, { jobId: 'waits', delayMs: 3_600_000 });
    expect(await queue.cancel('cancel', 'waits')).toBe(true);
    expect(await queue.state('cancel', 'waits')).toBe('done');
    let runs = 0;
    queue.work('cancel', async (_job, signal) => {
      runs += 1;
      await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('stopped'))),
      );
    });
    await queue.add('cancel', 'one', null, { jobId: 'runs', backoff: AT_ONCE });
    await until(() => runs === 1);
    expect(await queue.cancel('cancel', 'runs')).toBe(true);
    await until(async () => (await queue.state('cancel', 'runs')) === 'done');
    expect(runs).toBe(1);
    expect(await queue.deadLetters('cancel')).toEqual([]);
    expect(await queue.cancel('cancel', 'runs')).toBe(false);
    expect(await queue.cancel('cancel', 'never')).toBe(false);
  });

  test('closes after what is under way; an interrupted job is put back and has lost no attempt', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let started = 0;
    const first = queue.work('close', async () => {
      started += 1;
      await gate;
    });
    await queue.add('close', 'one', null, { jobId: 'ends' });
    await until(() => started === 1);
    const closed = first.close();
    release();
    await closed;
    expect(await queue.state('close', 'ends')).toBe('done');

    let attempt = 0;
    const second = queue.work('close', async (job, signal) => {
      attempt = job.attempt;
      await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('closing'))),
      );
    });
    await queue.add('close', 'one', null, { jobId: 'goes on', attempts: 1 });
    await until(() => attempt === 1);
    await second.close({ interrupt: true });
    expect(await queue.state('close', 'goes on')).toBe('waiting');
    attempt = 0;
    const third = queue.work('close', async (job) => void (attempt = job.attempt));
    await until(async () => (await queue.state('close', 'goes on')) === 'done');
    expect(attempt).toBe(1);
    await third.close();
  });

  test('gives the job of a killed worker to another', async () => {
    await queue.add('killed', 'one', null, { jobId: 'orphan', attempts: 1 });
    await queue.close();
    const child = spawn(process.execPath, ['--import', 'tsx', VICTIM, place.address, 'killed'], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const taken = await Promise.race([once(child.stdout, 'data'), exited]);
    expect(String(taken[0])).toBe('orphan\n');
    child.kill('SIGKILL');
    await exited;

    queue = await openQueueAt(place.address, { leaseMs: 400, pollMs: 100 });
    let runs = 0;
    queue.work('killed', async () => void (runs += 1));
    await until(async () => (await queue.state('killed', 'orphan')) === 'done');
    expect(runs).toBeGreaterThanOrEqual(1);
  });
});
