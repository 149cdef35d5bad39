/** A process killed at any step of landing, then started again, ends where an undisturbed one does. */
import { spawn } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { verifyPath } from '../../ingestion/certificate/verify.ts';
import type { FaultPoint } from '../../ingestion/landing/fault-points.ts';
import { homePaths } from '../../warehouse/home.ts';
import { openPlatform, type Platform } from '../../warehouse/platform.ts';
import { waterCsv } from '../support/deliveries.ts';
import { AT_ONCE, type Home, newHome, testConfig, testLog } from '../support/platform.ts';

const POINTS: FaultPoint[] = [
  'after-receive',
  'after-read',
  'after-stage',
  'after-attach-quarantine',
  'after-attach',
  'before-commit',
  'after-commit',
];
const root = fileURLToPath(new URL('../..', import.meta.url));
const program = fileURLToPath(new URL('./land-once.ts', import.meta.url));

async function homeWithDeliveries(): Promise<Home> {
  const home = await newHome();
  const inbox = join(homePaths(home.path).inbox, 'utilities', 'water_reading');
  await mkdir(inbox, { recursive: true });
  const rows = (day: string, from: number): string[][] =>
    Array.from({ length: 500 }, (_, i) => [
      `W${String(i + from).padStart(7, '0')}`,
      day,
      String(i + from),
      '1',
      '3',
    ]);
  const dirty = [
    ...rows('2026-01-01', 0),
    ['', '2026-01-01', '1', '1', '1'],
    ['W0000001', 'never'],
    ...rows('2026-01-01', 495).slice(0, 5),
  ];
  await writeFile(join(inbox, 'water_20260102.csv'), waterCsv(dirty));
  await writeFile(
    join(inbox, 'water_20260103.csv'),
    waterCsv([...rows('2026-01-01', 250), ...rows('2026-01-02', 0)]),
  );
  return home;
}

/** Runs landing in a process of its own; gives the signal it died of, or null. */
function land(home: string, fault?: FaultPoint): Promise<NodeJS.Signals | null> {
  const env = {
    ...process.env,
    ANJU_HOME: home,
    ...AT_ONCE,
    UV_THREADPOOL_SIZE: '16',
    ANJU_LOG_LEVEL: 'silent',
    ...(fault ? { ANJU_FAULT: fault } : {}),
  };
  const child = spawn(process.execPath, ['--import', 'tsx', program], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const errors: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('exit', (code, signal) => {
      if (signal !== null || code === 0) resolve(signal);
      else
        reject(
          new Error(
            `landing failed with ${String(code)}: ${Buffer.concat(errors).toString().slice(0, 2000)}`,
          ),
        );
    });
  });
}

/** All that landing leaves behind, but for times. */
async function outcome(home: string): Promise<unknown> {
  const platform = await openPlatform(testConfig(home), { log: testLog });
  try {
    const rows = (sql: string): Promise<unknown[]> =>
      platform.warehouse.rows(sql, z.record(z.string(), z.unknown()));
    return {
      raw: await rows(
        'SELECT toString(count()) AS rows, hex(groupBitXor(reinterpretAsUInt128(sipHash128(* EXCEPT _loaded_at)))) AS hash FROM raw.utilities__water_reading',
      ),
      quarantine: await rows('SELECT * EXCEPT loaded_at FROM meta.quarantine ORDER BY batch_id, row_no'),
      batches: await rows(
        'SELECT batch_id, file_name, landed, loaded, quarantined, deduplicated, deleted FROM meta.batch FINAL ORDER BY batch_id',
      ),
      ledger: await platform.store.db
        .selectFrom('batch')
        .select(['batch_id', 'state', 'landed', 'loaded', 'quarantined', 'deduplicated'])
        .orderBy('batch_id')
        .execute(),
      deliveries: await platform.store.db
        .selectFrom('delivery')
        .select(['file_name', 'state'])
        .orderBy('file_name')
        .execute(),
      certificates: await certificatesIn(platform),
      inbox: await readdir(join(homePaths(home).inbox, 'utilities', 'water_reading')),
    };
  } finally {
    await platform.close();
  }
}

/** Chained and genuine; what they say, but for times and names that differ from run to run. */
async function certificatesIn(platform: Platform): Promise<unknown[]> {
  const checked = await verifyPath(join(platform.config.objectStore, 'landing'));
  return checked
    .map(({ problems, isFileChecked, signed: { certificate } }) => ({
      ...{ problems, isFileChecked, sequence: certificate.sequence, file: certificate.file },
      ...{ rows: certificate.batch?.rows, findings: certificate.findings },
    }))
    .sort((one, other) => one.sequence - other.sequence);
}

test('killed at every step, landing heals to the undisturbed state', async () => {
  const calm = await homeWithDeliveries();
  expect(await land(calm.path)).toBeNull();
  const expected = await outcome(calm.path);
  expect(expected).toMatchObject({
    raw: [{ rows: '1250' }],
    inbox: [],
    certificates: [
      { problems: [], isFileChecked: true, sequence: 1, findings: { content: { rows: 500 } } },
      { problems: [], isFileChecked: true, sequence: 2, findings: { content: { rows: 750 } } },
    ],
  });
  await calm.dispose();
  for (const point of POINTS) {
    const home = await homeWithDeliveries();
    expect(await land(home.path, point)).toBe('SIGKILL');
    expect(await land(home.path)).toBeNull();
    expect({ point, outcome: await outcome(home.path) }).toEqual({ point, outcome: expected });
    await home.dispose();
  }
}, 600_000);
