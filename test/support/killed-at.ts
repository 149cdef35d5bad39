/** A program that is killed at a named step (`ANJU_FAULT`), in a process of its own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FaultPoint } from '../../ingestion/landing/fault-points.ts';
import { openPlatform, type Platform } from '../../warehouse/platform.ts';
import { AT_ONCE, type Home, testConfig, testLog } from './platform.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Opens a home for one piece of work. */
export async function within<T>(home: Home, work: (platform: Platform) => Promise<T>): Promise<T> {
  const platform = await openPlatform(testConfig(home.path), { log: testLog });
  try {
    return await work(platform);
  } finally {
    await platform.close();
  }
}

/** Gives the signal it died of, or null. */
export function killedAt(
  fault: FaultPoint,
  program: string,
  home: string,
  argument: string,
): Promise<NodeJS.Signals | null> {
  const env = {
    ...process.env,
    ...AT_ONCE,
    ...{ ANJU_HOME: home, UV_THREADPOOL_SIZE: '16', ANJU_LOG_LEVEL: 'silent', ANJU_FAULT: fault },
  };
  const child = spawn(process.execPath, ['--import', 'tsx', program, argument], {
    ...{ cwd: root, env, stdio: 'ignore' },
  });
  return new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)));
}
