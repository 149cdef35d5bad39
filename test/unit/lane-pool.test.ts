import { describe, expect, test } from '@jest/globals';
import { LanePool } from '../../warehouse/engine/lane-pool.ts';

/** A caller that keeps its connection until told to give it back. */
function caller(
  pool: LanePool<number>,
  served: string[],
  name: string,
): { leave: () => void; gone: Promise<void> } {
  let leave = (): void => undefined;
  const stays = new Promise<void>((resolve) => (leave = resolve));
  const gone = pool.use(() => {
    served.push(name);
    return stays;
  });
  return { leave: () => leave(), gone };
}

describe('a lane', () => {
  test('serves its queue in order, one caller a connection', async () => {
    const pool = new LanePool('batch', [1]);
    const served: string[] = [];
    const callers = ['first', 'second', 'third'].map((name) => caller(pool, served, name));
    expect(pool.queued).toBe(2);
    for (const { leave, gone } of callers) {
      leave();
      await gone;
    }
    expect(served).toEqual(['first', 'second', 'third']);
    expect(pool.queued).toBe(0);
  });

  test('gives the connection back when the work fails', async () => {
    const pool = new LanePool('batch', [1]);
    await expect(pool.use(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await pool.use((connection) => Promise.resolve(connection))).toBe(1);
  });

  test('when closed, refuses those who wait and lets the one at work finish', async () => {
    const pool = new LanePool('batch', [1]);
    const served: string[] = [];
    const working = caller(pool, served, 'working');
    const waiting = expect(pool.use(() => Promise.resolve())).rejects.toMatchObject({ code: 'sql_failed' });
    const closed = pool.close();
    await waiting;
    await expect(pool.use(() => Promise.resolve())).rejects.toMatchObject({ code: 'sql_failed' });
    working.leave();
    await closed;
    expect(served).toEqual(['working']);
  });
});
