/** The `anju` command as its users run it: `bin/anju` in a process of its own, on a home of its own. */
import { spawn } from 'node:child_process';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { homePaths } from '../../warehouse/home.ts';
import { openPlatform } from '../../warehouse/platform.ts';
import { AT_ONCE, testConfig, testLog } from './platform.ts';

export { newHome, type Home } from './platform.ts';
export { startAnju, type RunningAnju } from './serving.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The least city that has every data set, every fault and two months: about 14,000 rows in 90 files. */
export const SMALLEST_CITY = { scale: 0.0005, days: 40, seed: 20_261_121 } as const;
export const SMALLEST_CITY_FLAGS = Object.entries(SMALLEST_CITY).flatMap(([name, value]) => [
  `--${name}`,
  String(value),
]);

export interface Answer {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  seconds: number;
}

export interface AnjuOptions {
  /** Each line of progress as it comes; `kill` ends the process as a power cut would. */
  onLine?: (line: string, kill: () => void) => void;
}

/** Runs `bin/anju ARGS --home HOME`; resolves when the process has ended, however it did. */
export function anju(home: string, args: string[], { onLine }: AnjuOptions = {}): Promise<Answer> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(root, 'bin', 'anju'), ...args, '--home', home], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      ANJU_LOG_LEVEL: 'error',
      UV_THREADPOOL_SIZE: '24',
      ...AT_ONCE,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const lines: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    onLine?.(line, () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(child.pid, 'SIGKILL');
    });
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({
        code,
        signal,
        stdout: Buffer.concat(stdout).toString(),
        stderr: lines.join('\n'),
        seconds: (performance.now() - startedAt) / 1000,
      });
    });
  });
}

const account = z.object({
  dataset: z.string(),
  landed: z.number(),
  loaded: z.number(),
  quarantined: z.number(),
  deduplicated: z.number(),
  deleted: z.number(),
});
const runSchema = z.object({
  ok: z.boolean(),
  asOf: z.string(),
  seconds: z.record(z.string(), z.number()),
  layers: z.record(z.string(), z.number()),
  datasets: z.array(
    account.extend({
      deliveries: z.number(),
      refused: z.array(z.object({ file: z.string(), rule: z.string(), message: z.string() })),
    }),
  ),
  models: z.array(z.object({ model: z.string(), rows: z.number(), hash: z.string(), status: z.string() })),
  metrics: z.record(z.string(), z.number().nullable()),
});
export type RunAnswer = z.output<typeof runSchema>;
export type Account = z.output<typeof account>;

/** The last line of standard output, as scripts read it. Fails with what the command wrote when it did not succeed. */
export function lastJson(answer: Answer, wantedCode = 0): unknown {
  if (answer.code !== wantedCode)
    throw new Error(
      `anju ended with ${String(answer.code ?? answer.signal)}:\n${answer.stderr.slice(-4000)}`,
    );
  return JSON.parse(answer.stdout.trimEnd().split('\n').at(-1) ?? '');
}
export const runAnswer = (answer: Answer, wantedCode = 0): RunAnswer =>
  runSchema.parse(lastJson(answer, wantedCode));

/** Model → content hash, as the run said. */
export const hashesOf = (run: RunAnswer): Record<string, string> =>
  Object.fromEntries(run.models.map(({ model, hash }) => [model, hash]).sort());

/** An analyst's question through `anju sql`, its rows by column name. Numbers of 64 bits come as text. */
export async function anjuSql(home: string, sql: string): Promise<Record<string, unknown>[]> {
  const answer = z
    .object({ meta: z.array(z.object({ name: z.string() })), data: z.array(z.array(z.unknown())) })
    .parse(lastJson(await anju(home, ['sql', sql, '--json'])));
  return answer.data.map((row) =>
    Object.fromEntries(answer.meta.map(({ name }, index) => [name, row[index]])),
  );
}

/** Takes the sample city's truth out of a home; fails when there is none. */
export async function removeTruth(home: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await rename(homePaths(home).truth, join(to, 'truth'));
}

/** Files still waiting in a home's inbox, refused ones not counted. */
export async function waitingIn(home: string): Promise<string[]> {
  const entries = await readdir(homePaths(home).inbox, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('.refused'))
    .map(({ name }) => name);
}

const text = z.record(z.string(), z.unknown());

/**
 * What a home holds, read from its tables and not from what the pipeline noted about them: a hash over all columns of every
 * table but for load times, the accounts by data set, and both ledgers. Opens the home, so nobody else may have it open.
 */
export async function contentOf(home: string): Promise<{
  tables: Record<string, string>;
  quarantine: string;
  batches: unknown[];
  ledger: unknown[];
  deliveries: unknown[];
}> {
  const platform = await openPlatform(testConfig(home), { log: testLog });
  const rows = (sql: string): Promise<Record<string, unknown>[]> => platform.warehouse.rows(sql, text);
  const hash = async (table: string, columns: string): Promise<string> => {
    const [row] = await rows(
      `SELECT hex(sumWithOverflow(reinterpretAsUInt128(sipHash128(tuple(${columns}))))) || '-' || toString(count()) AS hash FROM ${table}`,
    );
    return String(row?.['hash']);
  };
  try {
    const names = await rows(
      `SELECT database, name FROM system.tables WHERE (database IN ('raw', 'base') OR startsWith(database, 'mart_'))
         AND NOT endsWith(database, '__build') AND engine NOT LIKE '%View' ORDER BY database, name`,
    );
    const tables: Record<string, string> = {};
    for (const { database, name } of names) {
      const table = `\`${String(database)}\`.\`${String(name)}\``;
      tables[`${String(database)}.${String(name)}`] = await hash(
        table,
        // When something was known is when it was received: another instant in each home.
        database === 'raw' ? '* EXCEPT _loaded_at' : "* EXCEPT('^known_(from|to)$')",
      );
    }
    return {
      tables,
      quarantine: await hash('meta.quarantine', '* EXCEPT loaded_at'),
      batches: await rows(
        `SELECT batch_id, dataset, file_name, landed, loaded, quarantined, deduplicated, deleted FROM meta.batch FINAL ORDER BY batch_id`,
      ),
      ledger: await platform.store.db
        .selectFrom('batch')
        .select([
          'batch_id',
          'dataset',
          'state',
          'landed',
          'loaded',
          'quarantined',
          'deduplicated',
          'deleted',
        ])
        .orderBy('batch_id')
        .execute(),
      deliveries: await platform.store.db
        .selectFrom('delivery')
        .select(['dataset', 'file_name', 'sha256', 'state'])
        .orderBy('dataset')
        .orderBy('file_name')
        .execute(),
    };
  } finally {
    await platform.close();
  }
}

const truthSchema = z.object({ datasets: z.array(account) });
/** What must come of each data set, by the city's own account. */
export const accountsOfTruth = (json: string): Account[] =>
  truthSchema.parse(JSON.parse(json)).datasets.sort((a, b) => (a.dataset < b.dataset ? -1 : 1));
