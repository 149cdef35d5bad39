/** Homes, deliveries and content of `anju bench faults`. */
import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { verifyPath } from '../ingestion/certificate/verify.ts';
import type { DatasetInput } from '../ingestion/contract.ts';
import { saveContract } from '../ingestion/contracts/home.ts';
import { recover } from '../ingestion/landing/index.ts';
import { type Config, loadConfig } from '../warehouse/config.ts';
import { homePaths } from '../warehouse/home.ts';
import { createLog } from '../warehouse/log.ts';
import { openPlatform, type Platform } from '../warehouse/platform.ts';
import { programAt } from '../test/support/servers/server.ts';

export const shell = promisify(execFile);
/** The environment of whoever opens a home. */
export const environmentOf = (home: string, postgresUrl?: string): NodeJS.ProcessEnv => ({
  ANJU_HOME: home,
  ANJU_INBOX_SETTLE_SECONDS: '0',
  UV_THREADPOOL_SIZE: '16',
  ...(postgresUrl === undefined ? {} : { ANJU_POSTGRES_URL: postgresUrl }),
});
const configOf = (home: string, postgresUrl?: string): Config => loadConfig(environmentOf(home, postgresUrl));
const log = createLog({ logLevel: 'silent' });

/** Who the landing processes are: root is told by no permission, so that they run as `nobody` where we are root. */
export const isRoot = process.getuid?.() === 0;
export const account = isRoot ? { uid: 65_534, gid: 65_534 } : {};

const lease: DatasetInput = {
  ...{ source: 'trial', dataset: 'lease', zh: '租约', reference: '基准', owner: '基准', grain: '一份租约' },
  ...{ key: ['lease_no'], load: { strategy: 'append' }, delivery: { shape: 'csv', encoding: 'utf-8' } },
  ...{ cadence: 'daily', latenessDays: 31, level: 2, legalBasis: '基准' },
  fields: [
    { name: 'lease_no', source: '租约编号', element: 'identifier', required: true, onInvalid: 'reject' },
    { name: 'monthly_rent', source: '月租金', element: 'money' },
    { name: 'changed_on', source: '变更日期', element: 'date' },
    // Last, so that what is left of a row cut short could often be read.
    { name: 'floor_area', source: '面积', element: 'area', onInvalid: 'reject' },
  ],
};
const CONTRACTS: DatasetInput[] = [
  { ...lease, dataset: 'lease_fact', load: { strategy: 'append', cursor: 'changed_on' } },
  { ...lease, dataset: 'lease_change', load: { strategy: 'incremental', cursor: 'changed_on' } },
  { ...lease, dataset: 'lease_whole', load: { strategy: 'full' } },
];

export interface Delivery {
  source: string;
  dataset: string;
  name: string;
  content: string;
}

/** The delivery of a day: new rows, changed ones, repeats of days before, and rows that cannot be taken. */
export function deliveryOf(day: number, draw: () => number): Delivery {
  const date = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
  const dataset = CONTRACTS[day % CONTRACTS.length]?.dataset ?? '';
  const isWhole = dataset === 'lease_whole';
  const rows = Array.from({ length: 300 }, (_, i) => {
    if (isWhole && i > 9 && draw() < 0.03) return [];
    const number = isWhole ? i : Math.floor(draw() * 4000);
    const rent = 100 + Math.floor(draw() * (isWhole ? 3 : 900));
    // Every delivery has rows that can be mended, accepted and only returned.
    if (i === 7 || draw() < 0.01) return [`,${rent},${date},50.25`];
    if (i === 8) return [`L${900_000 + day},${rent},${date},many`];
    if (i === 9 || draw() < 0.01) return [`L${number},${rent}`];
    return [`L${String(number).padStart(6, '0')},${rent}.5,${date},${40 + (i % 30)}.25`];
  });
  const content = `租约编号,月租金,变更日期,面积\n${rows.flat().join('\n')}\n`;
  return { source: 'trial', dataset, name: `${dataset}_${date.replaceAll('-', '')}.csv`, content };
}

export const pathOf = (home: string, { source, dataset, name }: Delivery): string =>
  join(homePaths(home).inbox, source, dataset, name);

/** A home with everything made that takes long: databases, tables, contracts, inboxes. */
export async function makeTemplate(home: string, postgresUrl?: string): Promise<void> {
  const config = configOf(home, postgresUrl);
  for (const contract of CONTRACTS) await saveContract(config, contract);
  const platform = await openPlatform(config, { log });
  await recover(platform);
  await platform.close();
  for (const { source, dataset } of CONTRACTS)
    await mkdir(join(homePaths(home).inbox, source, dataset), { recursive: true });
}

/** Megabytes each store may hold where its disk can be filled. */
const DISK_MIB = 200;

/** A copy of the template, each store on a small disk of its own where we may mount one. */
export async function newHome(
  template: string,
  home: string,
  stores: readonly string[],
): Promise<{ hasDisks: boolean; dispose: () => Promise<void> }> {
  await mkdir(home, { recursive: true });
  const mounted: string[] = [];
  if (isRoot)
    for (const store of stores) if (await isMounted(join(home, store))) mounted.push(join(home, store));
  await cp(template, home, { recursive: true });
  if (isRoot) await shell('chown', ['-R', `${account.uid}:${account.gid}`, home]);
  const dispose = async (): Promise<void> => {
    for (const disk of mounted) await shell('umount', ['-l', disk]);
    await rm(home, { recursive: true, force: true });
  };
  return { hasDisks: mounted.length === stores.length, dispose };
}

/** A container may forbid it; then no disk is filled, and the table says so. */
async function isMounted(disk: string): Promise<boolean> {
  await mkdir(disk, { recursive: true });
  try {
    await shell('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', disk]);
    return true;
  } catch {
    return false;
  }
}

export const canLimitFileSize = programAt('prlimit') !== null;
/** No file the process writes may become longer: what a quota does, and its own user may bring about; root may lack the right to. */
export const limitFileSize = async (pid: number, bytes: number): Promise<void> =>
  void (await shell('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`], account));

export const put = (home: string, delivery: Delivery, content?: string | Uint8Array): Promise<string> =>
  write(pathOf(home, delivery), content ?? delivery.content);

/** Into the directory a connector fetches from; gives that. */
export const putBeside = async (home: string, delivery: Delivery): Promise<string> =>
  dirname(await write(join(home, 'exchange', delivery.name), delivery.content));

async function write(path: string, content: string | Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  if (account.uid !== undefined) await chown(path, account.uid, account.gid);
  await chmod(path, 0o600);
  return path;
}

/** What a home holds: each table's rows as hashes with how often, apart from times and numbers of batches. */
export interface Content {
  tables: Record<string, Map<string, number>>;
  /** Hash over all tables. */
  hash: string;
  /** Things that must be zero. */
  left: { inInbox: number; unfinished: number; unbalanced: number; badCertificates: number };
}

export async function contentOf(home: string, postgresUrl?: string): Promise<Content> {
  const platform = await openPlatform(configOf(home, postgresUrl), { log });
  try {
    return await contentIn(platform, home);
  } finally {
    await platform.close();
  }
}

async function contentIn(platform: Platform, home: string): Promise<Content> {
  const { warehouse, store } = platform;
  const named = z.object({ name: z.string() });
  const raw = await warehouse.rows(
    `SELECT name FROM system.tables WHERE database = 'raw' AND total_rows > 0 ORDER BY name`,
    named,
  );
  const selects: [string, string][] = [
    ...raw.map(({ name }): [string, string] => [`raw.${name}`, '* EXCEPT (_loaded_at, _batch_id)']),
    ['meta.quarantine', '* EXCEPT (loaded_at, batch_id)'],
    // What became of each row people dealt with.
    ['meta.quarantine_state FINAL', 'dataset, row_no, state'],
  ];
  const tables: Content['tables'] = {};
  const hashes: string[] = [];
  const counted = z.object({ row: z.string(), times: z.coerce.number() });
  for (const [table, columns] of selects) {
    const one = `SELECT sipHash128(tuple(*)) AS content FROM (SELECT ${columns} FROM ${table})`;
    const rows = await warehouse.rows(
      `SELECT hex(content) AS row, toString(count()) AS times FROM (${one}) GROUP BY row ORDER BY row`,
      counted,
    );
    tables[table] = new Map(rows.map(({ row, times }) => [row, times]));
    hashes.push(
      `${table} ${await warehouse.value(`SELECT hex(sumWithOverflow(reinterpretAsUInt128(content))) FROM (${one})`, z.string())}`,
    );
  }
  const unbalanced = await warehouse.value(
    'SELECT toInt32(countIf(landed != loaded + quarantined + deduplicated)) FROM meta.batch FINAL',
    z.number(),
  );
  const unfinished = await store.db
    .selectFrom('delivery')
    .select('delivery_id')
    .where('state', '=', 'received')
    .execute();
  const begun = await store.db
    .selectFrom('quarantine_action')
    .select('action_id')
    .where('state', '=', 'doing')
    .execute();
  const certificates = await verifyPath(join(platform.config.objectStore, 'landing'));
  return {
    tables,
    hash: hashes.join('; '),
    left: {
      inInbox: await waitingIn(join(homePaths(home).inbox, 'trial')),
      unfinished: unfinished.length + begun.length,
      unbalanced,
      badCertificates: certificates.filter(({ problems }) => problems.length > 0).length,
    },
  };
}

async function waitingIn(directory: string): Promise<number> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).length;
}

/** Rows the disturbed home lacks, and rows it has too often. */
export function compare(expected: Content, found: Content): { lost: number; twice: number; in: string[] } {
  const difference = (one: Content, other: Content): number =>
    Object.entries(one.tables)
      .flatMap(([table, rows]) =>
        [...rows].map(([row, times]) => Math.max(0, times - (other.tables[table]?.get(row) ?? 0))),
      )
      .reduce((sum, rows) => sum + rows, 0);
  const all = { ...expected.tables, ...found.tables };
  const differing = Object.keys(all).filter((table) => {
    const only = ({ tables, ...rest }: Content): Content => ({
      ...rest,
      tables: { [table]: tables[table] ?? new Map<string, number>() },
    });
    return difference(only(expected), found) + difference(only(found), expected) > 0;
  });
  return { lost: difference(expected, found), twice: difference(found, expected), in: differing };
}

export const rowsIn = ({ tables }: Content): number =>
  Object.entries(tables)
    .filter(([table]) => table.startsWith('raw.'))
    .reduce((sum, [, rows]) => sum + [...rows.values()].reduce((all, times) => all + times, 0), 0);
