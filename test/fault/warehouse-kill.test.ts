import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { z } from 'zod';
import { findOwner } from '../../warehouse/owner-lock.ts';
import { openPlatform } from '../../warehouse/platform.ts';
import { newHome, testConfig, testLog } from '../support/platform.ts';

const WRITER = fileURLToPath(new URL('./warehouse-writer.ts', import.meta.url));
const ROUNDS = 4;

/** Starts a writer, kills it after `rows` acknowledged rows and a little more, and gives back what it acknowledged. */
async function writeUntilKilled(home: string, rows: number, thenMs: number): Promise<number[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', WRITER, home], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '16', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const acknowledged: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(Number(line));
    // The kill falls anywhere in the statements after this row.
    if (acknowledged.length === rows) setTimeout(() => child.kill('SIGKILL'), thenMs);
  }
  await ended;
  expect({ signal: child.signalCode, complaints }).toEqual({ signal: 'SIGKILL', complaints: '' });
  return acknowledged;
}

test('kill -9 at random moments loses nothing that was acknowledged', async () => {
  const home = await newHome();
  const acknowledged = new Set<number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const rows = await writeUntilKilled(home.path, 1 + Math.floor(Math.random() * 30), Math.random() * 25);
    rows.forEach((n) => acknowledged.add(n));
    // The dead writer's lock is still there; nobody counts it as an owner.
    expect(await findOwner(home.path)).toBeNull();
  }

  const platform = await openPlatform(testConfig(home.path), { log: testLog });
  try {
    const row = z.object({ n: z.coerce.number() });
    const inWarehouse = await platform.warehouse.rows('SELECT DISTINCT n FROM base.acknowledged', row);
    const inStore = await sql<{ n: number }>`SELECT n FROM acknowledged`.execute(platform.store.db);
    const missing = (present: { n: number }[]) => {
      const found = new Set(present.map(({ n }) => n));
      return [...acknowledged].filter((n) => !found.has(n));
    };
    expect(missing(inWarehouse)).toEqual([]);
    expect(missing(inStore.rows)).toEqual([]);
    expect(acknowledged.size).toBeGreaterThanOrEqual(ROUNDS);
  } finally {
    await platform.close();
    await home.dispose();
  }
});
