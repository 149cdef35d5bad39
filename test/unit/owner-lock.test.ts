import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { homePaths } from '../../warehouse/home.ts';
import { findOwner, OwnerLock } from '../../warehouse/owner-lock.ts';
import { temporaryDirectory } from '../support/platform.ts';

let home: string;
let dispose: () => Promise<void>;
beforeEach(async () => {
  ({ path: home, dispose } = await temporaryDirectory());
});
afterEach(() => dispose());

const record = (changes: object) =>
  writeFile(
    homePaths(home).owner,
    JSON.stringify({
      pid: 2 ** 22 + 7, // above the kernel's largest pid: never alive
      host: hostname(),
      startedAt: '2026-01-01T00:00:00.000Z',
      token: 'dead',
      ...changes,
    }),
  );

/** How many of `count` simultaneous starters get the lock; the others must be told who has it. */
async function race(count: number): Promise<OwnerLock[]> {
  const results = await Promise.allSettled(Array.from({ length: count }, () => OwnerLock.take(home)));
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'home_in_use' });
  }
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

describe('OwnerLock', () => {
  test('is published for other commands, readable by its owner only', async () => {
    const lock = await OwnerLock.take(home);
    await lock.setUrl('http://127.0.0.1:8080');
    expect(await findOwner(home)).toMatchObject({
      pid: process.pid,
      url: 'http://127.0.0.1:8080',
      token: lock.owner.token,
    });
    expect((await stat(homePaths(home).owner)).mode & 0o777).toBe(0o600);
    await lock.release();
    expect(await findOwner(home)).toBeNull();
    await lock.release();
  });

  test('goes to exactly one of many starters, free or left by a dead process', async () => {
    for (let round = 0; round < 40; round += 1) {
      if (round % 2 === 0) await record({ token: `dead-${round}` });
      const winners = await race(12);
      expect(winners).toHaveLength(1);
      expect((await findOwner(home))?.token).toBe(winners[0]?.owner.token);
      await winners[0]?.release();
    }
    expect((await readdir(home)).filter((name) => name.startsWith('owner'))).toEqual([]);
  });

  test('survives a starter that died while it took over', async () => {
    await record({ token: 'first' });
    const claimant = {
      pid: 2 ** 22 + 8,
      host: hostname(),
      startedAt: '2026-01-01T00:00:01.000Z',
      token: 'second',
    };
    await writeFile(`${home}/owner.claim.first`, JSON.stringify(claimant));
    expect(await race(8)).toHaveLength(1);
  });

  test('is not fooled by a process number used again', async () => {
    await record({ pid: process.pid, pidStartTime: '1' });
    expect(await race(3)).toHaveLength(1);
  });

  test('leaves alone what runs on another machine, and says what to do', async () => {
    await record({ host: 'other-machine' });
    await expect(OwnerLock.take(home)).rejects.toMatchObject({
      code: 'home_in_use',
      message: expect.stringContaining('other-machine'),
      fix: expect.stringContaining('delete owner.json'),
    });
  });

  test('does not guess from an unreadable record', async () => {
    await writeFile(homePaths(home).owner, '{"pid":');
    await expect(OwnerLock.take(home)).rejects.toMatchObject({ code: 'home_in_use' });
  });
});
